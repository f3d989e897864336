import { createRequire } from 'node:module';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { overlayOf } from './overlay.ts';
import type { Overlay } from './overlay.ts';

type CanvasModule = typeof import('@napi-rs/canvas');

/** What is written and how. Colours as CSS says them (`#RRGGBB`, `#RRGGBBAA`). */
export interface TextStyle {
  readonly text: string;
  readonly fontPx: number;
  readonly colour: string;
  /** The box behind the text; null: none. */
  readonly background: string | null;
  /** Room between text and box, pixels. */
  readonly paddingPx: number;
  readonly cornerPx: number;
  /** The text is cut with an ellipsis to fit. Pixels, the box included. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** The box is at least so large. Pixels. */
  readonly minWidth?: number;
  readonly minHeight?: number;
}

/** Names come from outside: nobody reads more than this. */
const longestText = 1000;
const family = 'Tapedeck Text';
const require = createRequire(import.meta.url);
let loaded: CanvasModule | null = null;

/** The drawing library and the bundled font come in with the first text: a render without any pays nothing. */
function drawingLibrary(): CanvasModule {
  if (loaded !== null) return loaded;
  const library = require('@napi-rs/canvas') as CanvasModule;
  library.GlobalFonts.registerFromPath(require.resolve('@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf'), family);
  loaded = library;
  return library;
}

/** Draws text (Latin, Greek, Cyrillic, Chinese, kana; several lines by `\n`) into an overlay just large enough for it; null when nothing fits. */
export function drawText(style: TextStyle): Overlay | null {
  const { createCanvas } = drawingLibrary();
  const { fontPx, paddingPx, maxWidth, maxHeight } = style;
  const ruler = createCanvas(2, 2).getContext('2d');
  setFont(ruler, fontPx);
  const lineHeight = Math.ceil(fontPx * 1.3);
  const room = maxWidth - 2 * paddingPx;
  const mostLines = Math.floor((maxHeight - 2 * paddingPx) / lineHeight);
  const lines = style.text
    .slice(0, longestText)
    .split(/\r\n|\r|\n/u)
    .slice(0, Math.max(0, mostLines))
    .map((line) => shorten(ruler, line, room));
  const textWidth = Math.max(0, ...lines.map((line) => ruler.measureText(line).width));
  if (lines.length === 0 || textWidth === 0) return null;
  const width = evenUp(Math.max(style.minWidth ?? 0, Math.min(maxWidth, textWidth + 2 * paddingPx)));
  const height = evenUp(Math.max(style.minHeight ?? 0, lines.length * lineHeight + 2 * paddingPx));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  if (style.background !== null) {
    context.fillStyle = style.background;
    context.beginPath();
    context.roundRect(0, 0, width, height, style.cornerPx);
    context.fill();
  }
  setFont(context, fontPx);
  context.fillStyle = style.colour;
  for (const [index, line] of lines.entries()) context.fillText(line, paddingPx, paddingPx + (index + 0.5) * lineHeight);
  return overlayOf(context.getImageData(0, 0, width, height).data, width, height);
}

function setFont(context: SKRSContext2D, fontPx: number): void {
  context.font = `${fontPx}px "${family}"`;
  context.textBaseline = 'middle';
}

function shorten(ruler: SKRSContext2D, line: string, room: number): string {
  if (ruler.measureText(line).width <= room) return line;
  const letters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ruler.measureText(`${letters.slice(0, middle).join('')}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${letters.slice(0, low).join('')}…`;
}

const evenUp = (value: number): number => Math.max(2, Math.ceil(value / 2) * 2);
