/** A colour as Y, U, V bytes (limited range, BT.601: what the encoder writes into the file's header). */
export type YuvColour = readonly [y: number, u: number, v: number];
/** Limited-range black. */
export const black: YuvColour = [16, 128, 128];

/** Red, green and blue (0…255 each) as Y, U, V. */
export function yuvOf(red: number, green: number, blue: number): YuvColour {
  return [
    Math.round(16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256),
    Math.round(128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256),
    Math.round(128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256),
  ];
}

/** `#RRGGBB` as Y, U, V; null when it is not that. */
export function parseColour(text: unknown): YuvColour | null {
  if (typeof text !== 'string' || !/^#[0-9a-f]{6}$/i.test(text)) return null;
  const value = Number.parseInt(text.slice(1), 16);
  return yuvOf(value >> 16, (value >> 8) & 0xff, value & 0xff);
}
