import type { FrameBuffer } from '../frame-buffer.ts';
import type { BuiltFrame, FrameBuilder } from '../frame-builder.ts';
import { parseVp9Descriptor } from './vp9-descriptor.ts';
import { parseVp9FrameHeader } from './vp9-frame-header.ts';
import { hideVp9Frame } from './vp9-hidden-frame.ts';

/** A superframe index holds at most eight frames (VP9 bitstream specification, Annex B). */
const MAX_LAYERS = 8;

/**
 * VP9: the frames of all spatial layers of one picture become one superframe (with an index when there is more than one) that shows the highest of them alone.
 * @see RFC 9628 §4, VP9 bitstream specification Annex B
 */
export class Vp9FrameBuilder implements FrameBuilder {
  readonly #layerStarts: number[] = [];
  /** Of each layer in work. */
  readonly #spatialLayers: number[] = [];
  #isLayerOpen = false;
  #temporalLayer: number | null = null;
  #spatialLayer = 0;
  #layerSizes: readonly { readonly width: number; readonly height: number }[] = [];
  #shownLayer = 0;

  isFrameStart(payload: Uint8Array): boolean {
    const descriptor = parseVp9Descriptor(payload);
    // A spatial layer above 0 starts a picture only where the lower ones are not sent: with inter-layer prediction it cannot be decoded alone.
    return descriptor !== null && descriptor.isFrameStart && (descriptor.spatialLayer ?? 0) === 0;
  }

  start(): void {
    this.#layerStarts.length = 0;
    this.#spatialLayers.length = 0;
    this.#isLayerOpen = false;
    this.#temporalLayer = null;
  }

  add(payload: Uint8Array, buffer: FrameBuffer): boolean {
    const descriptor = parseVp9Descriptor(payload);
    if (descriptor === null || descriptor.isFrameStart === this.#isLayerOpen) return false;
    if (descriptor.isFrameStart) {
      if (this.#layerStarts.length === MAX_LAYERS) return false;
      this.#layerStarts.push(buffer.length);
      this.#temporalLayer ??= descriptor.temporalLayer;
      this.#spatialLayer = descriptor.spatialLayer ?? 0;
      this.#spatialLayers.push(this.#spatialLayer);
      if (descriptor.layerSizes.length > 0) this.#layerSizes = descriptor.layerSizes;
    }
    this.#isLayerOpen = !descriptor.isFrameEnd;
    buffer.append(payload.subarray(descriptor.sizeBytes));
    return true;
  }

  finish(buffer: FrameBuffer): BuiltFrame | 'broken' {
    if (this.#isLayerOpen || this.#layerStarts.length === 0) return 'broken';
    const bytes = buffer.view();
    const ends = [...this.#layerStarts.slice(1), bytes.length];
    const headers = this.#layerStarts.map((start, index) => parseVp9FrameHeader(bytes.subarray(start, ends[index])));
    const base = headers[0];
    if (base === null || base === undefined) return 'broken';
    const isDroppable = headers.every((header) => header !== null && !header.isReference);
    if (this.#layerStarts.length > 1) this.#assemble(buffer, ends);
    const own = this.#layerSizes[this.#spatialLayer];
    // A change of layer changes the size without a keyframe.
    const isOther = own !== undefined && this.#spatialLayer !== this.#shownLayer;
    this.#shownLayer = this.#spatialLayer;
    const size = base.isKeyframe ? (own ?? { width: base.width, height: base.height }) : isOther ? own : null;
    const layer = this.#temporalLayer === null ? null : { temporalLayer: this.#temporalLayer };
    return { data: buffer.copy(), isKeyframe: base.isKeyframe, isDroppable, ...size, ...layer };
  }

  /** Puts the layers into one superframe; those below the highest are hidden when their size is known and another than the next one's. */
  #assemble(buffer: FrameBuffer, ends: readonly number[]): void {
    const bytes = buffer.copy();
    buffer.clear();
    const sizes = this.#layerStarts.map((start, index) => {
      const frame = bytes.subarray(start, ends[index]);
      const size = this.#layerSizes[this.#spatialLayers[index]!];
      const next = this.#layerSizes[this.#spatialLayers[index + 1] ?? -1];
      // Motion vectors of a shown frame before of the same size are used by the next one: that one must not be hidden.
      const isScaled = size !== undefined && next !== undefined && (size.width !== next.width || size.height !== next.height);
      const layer = (isScaled ? hideVp9Frame(frame, size.width) : null) ?? frame;
      buffer.append(layer);
      return layer.length;
    });
    appendSuperframeIndex(buffer, sizes);
  }
}

/** `|1|1|0|size bytes - 1|frames - 1|`, the sizes little endian, and the first byte again. */
function appendSuperframeIndex(buffer: FrameBuffer, sizes: readonly number[]): void {
  const bytesPerSize = Math.max(1, Math.ceil((32 - Math.clz32(Math.max(...sizes))) / 8));
  const marker = 0xc0 | ((bytesPerSize - 1) << 3) | (sizes.length - 1);
  buffer.appendByte(marker);
  for (const size of sizes) for (let byte = 0; byte < bytesPerSize; byte++) buffer.appendByte((size >>> (8 * byte)) & 0xff);
  buffer.appendByte(marker);
}
