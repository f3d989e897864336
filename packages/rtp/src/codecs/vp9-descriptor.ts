/** The payload descriptor in front of each VP9 payload. */
export interface Vp9Descriptor {
  readonly isInterPredicted: boolean;
  readonly isFlexible: boolean;
  readonly isFrameStart: boolean;
  readonly isFrameEnd: boolean;
  /** 7 or 15 bits as sent, null when absent. */
  readonly pictureId: number | null;
  readonly temporalLayer: number | null;
  readonly spatialLayer: number | null;
  /** Pixels per spatial layer, lowest first; empty unless the scalability structure brings them. */
  readonly layerSizes: readonly { readonly width: number; readonly height: number }[];
  readonly sizeBytes: number;
}

/**
 * Decodes the VP9 payload descriptor in flexible and non-flexible mode; null when it is cut short or nothing follows it.
 *
 * ```
 *  |I|P|L|F|B|E|V|Z| (required)
 *  |M| PICTURE ID  | (I), 16 bits when M
 *  | TID |U| SID |D| (L)
 *  |   TL0PICIDX   | (L and not F)
 *  | P_DIFF      |N| (F and P, up to 3 times while N)
 *  | SS            | (V)
 * ```
 * @see RFC 9628 §4.2
 */
export function parseVp9Descriptor(payload: Uint8Array): Vp9Descriptor | null {
  if (payload.length < 2) return null;
  const first = payload[0]!;
  const isInterPredicted = (first & 0x40) !== 0;
  const isFlexible = (first & 0x10) !== 0;
  const hasLayers = (first & 0x20) !== 0;
  let offset = 1;
  let pictureId: number | null = null;
  if ((first & 0x80) !== 0) {
    const high = payload[offset++]!;
    pictureId = high < 0x80 ? high : ((high & 0x7f) << 8) | (payload[offset++] ?? 0);
  }
  const layers = hasLayers ? (payload[offset++] ?? 0) : 0;
  if (hasLayers && !isFlexible) offset++;
  if (isFlexible && isInterPredicted) {
    for (let count = 0; count < 3; count++) if (((payload[offset++] ?? 0) & 1) === 0) break;
  }
  let layerSizes: Vp9Descriptor['layerSizes'] = [];
  if ((first & 0x02) !== 0) {
    const structure = parseScalabilityStructure(payload, offset);
    if (structure === null) return null;
    offset = structure.end;
    layerSizes = structure.layerSizes;
  }
  if (offset >= payload.length) return null;
  return {
    isInterPredicted,
    isFlexible,
    isFrameStart: (first & 0x08) !== 0,
    isFrameEnd: (first & 0x04) !== 0,
    pictureId,
    temporalLayer: hasLayers ? layers >> 5 : null,
    spatialLayer: hasLayers ? (layers >> 1) & 0x07 : null,
    layerSizes,
    sizeBytes: offset,
  };
}

/**
 * ```
 *  | N_S |Y|G|-|-|-|
 *  | WIDTH | HEIGHT | (Y, N_S + 1 times, 16 bits each)
 *  | N_G | (G), then N_G × | TID |U| R |-|-| followed by R × P_DIFF
 * ```
 */
function parseScalabilityStructure(
  payload: Uint8Array,
  start: number,
): { readonly end: number; readonly layerSizes: Vp9Descriptor['layerSizes'] } | null {
  let offset = start;
  const flags = payload[offset++] ?? 0;
  const layerSizes: { width: number; height: number }[] = [];
  if ((flags & 0x10) !== 0) {
    const layerCount = (flags >> 5) + 1;
    if (offset + layerCount * 4 > payload.length) return null;
    for (let layer = 0; layer < layerCount; layer++, offset += 4) {
      const width = (payload[offset]! << 8) | payload[offset + 1]!;
      layerSizes.push({ width, height: (payload[offset + 2]! << 8) | payload[offset + 3]! });
    }
  }
  if ((flags & 0x08) !== 0) {
    const pictures = payload[offset++] ?? 0;
    for (let picture = 0; picture < pictures; picture++) {
      if (offset >= payload.length) return null;
      offset += 1 + ((payload[offset]! >> 2) & 0x03);
    }
  }
  return { end: offset, layerSizes };
}
