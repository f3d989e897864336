import type { FrameBuffer } from '../frame-buffer.ts';
import type { BuiltFrame, FrameBuilder } from '../frame-builder.ts';
import { START_CODE } from './annex-b.ts';
import { parseH265PictureSize, parseSpropVpsSpsPps } from './h265-parameter-sets.ts';

const NAL_IRAP_FIRST = 16;
const NAL_IRAP_LAST = 23;
const NAL_VPS = 32;
const NAL_SPS = 33;
const NAL_PPS = 34;
const NAL_DELIMITER = 35;
const NAL_FILLER = 38;
const NAL_PREFIX_SEI = 39;
const AGGREGATION = 48;
const FRAGMENTATION = 49;

/**
 * H.265: single NAL units, aggregation packets and fragmentation units (without DONL, as in WebRTC) become an Annex B access unit. The last
 * VPS, SPS and PPS are kept and put in front of a random access picture that comes without.
 *
 * ```
 * |F|   Type    |  LayerId  | TID |   48 = AP: {u16 size, NAL}…    49 = FU: |S|E| FuType | fragment
 * ```
 * @see RFC 7798 §4.4
 */
export class H265FrameBuilder implements FrameBuilder {
  readonly #parameterSets = new Map<number, Uint8Array>();
  #fragmentAt = -1;
  #hasPicture = false;
  #hasReference = false;
  #isKeyframe = false;
  #hasSps = false;
  #temporalLayer = 0;
  #highestTemporalLayer = 0;
  /** Keyframes come without parameter sets, so one that starts with its slice is whole. */
  #sendsBareKeyframes = false;

  constructor(fmtp = '') {
    for (const nal of parseSpropVpsSpsPps(fmtp)) this.#keep(nal);
    this.#sendsBareKeyframes = this.#parameterSets.size > 0;
  }

  isFrameStart(payload: Uint8Array): boolean {
    if (payload.length < 3) return false;
    const type = nalType(payload);
    if (type === AGGREGATION) return payload.length > 6 && this.#isFirstNal(nalType(payload.subarray(4)), payload[6]!);
    if (type === FRAGMENTATION)
      return payload.length > 3 && (payload[2]! & 0x80) !== 0 && this.#isFirstNal(payload[2]! & 0x3f, payload[3]!);
    return this.#isFirstNal(type, payload[2]!);
  }

  start(): void {
    this.#fragmentAt = -1;
    this.#hasPicture = false;
    this.#hasReference = false;
    this.#isKeyframe = false;
    this.#hasSps = false;
    this.#temporalLayer = 0;
  }

  add(payload: Uint8Array, buffer: FrameBuffer): boolean {
    if (payload.length < 3) return false;
    const type = nalType(payload);
    if (type === FRAGMENTATION) return this.#addFragment(payload, buffer);
    if (this.#fragmentAt >= 0) return false;
    if (type === AGGREGATION) return this.#addAggregate(payload, buffer);
    if (type > FRAGMENTATION) return false;
    this.#addNal(payload, buffer);
    return true;
  }

  finish(buffer: FrameBuffer): BuiltFrame | 'broken' | 'empty' {
    if (this.#fragmentAt >= 0) return 'broken';
    if (!this.#hasPicture) return 'empty';
    this.#highestTemporalLayer = Math.max(this.#highestTemporalLayer, this.#temporalLayer);
    if (this.#isKeyframe) this.#sendsBareKeyframes = !this.#hasSps;
    const sps = this.#parameterSets.get(NAL_SPS);
    const size = this.#isKeyframe && sps !== undefined ? parseH265PictureSize(sps) : null;
    const data = this.#isKeyframe && !this.#hasSps ? this.#withParameterSets(buffer.view()) : buffer.copy();
    // Pictures of higher temporal layers may refer to a sub-layer non-reference picture, so only those of the top layer can go.
    const isDroppable = !this.#hasReference && this.#temporalLayer === this.#highestTemporalLayer;
    return { data, isKeyframe: this.#isKeyframe, isDroppable, temporalLayer: this.#temporalLayer, ...size };
  }

  /** first_slice_segment_in_pic_flag is the first bit after the two header bytes. */
  #isFirstNal(type: number, byteAfterHeader: number): boolean {
    if (type >= NAL_IRAP_FIRST && type <= NAL_IRAP_LAST && !this.#sendsBareKeyframes) return false;
    if (type < NAL_VPS) return byteAfterHeader >= 0x80;
    return type === NAL_VPS || type === NAL_SPS || type === NAL_DELIMITER || type === NAL_PREFIX_SEI;
  }

  #addFragment(payload: Uint8Array, buffer: FrameBuffer): boolean {
    if (payload.length < 4) return false;
    const header = payload[2]!;
    const isStart = (header & 0x80) !== 0;
    if (isStart !== this.#fragmentAt < 0) return false;
    if (isStart) {
      buffer.append(START_CODE);
      this.#fragmentAt = buffer.length;
      buffer.appendByte((payload[0]! & 0x81) | ((header & 0x3f) << 1));
      buffer.appendByte(payload[1]!);
    }
    buffer.append(payload.subarray(3));
    if ((header & 0x40) !== 0) {
      this.#observe(buffer.view(this.#fragmentAt));
      this.#fragmentAt = -1;
    }
    return true;
  }

  #addAggregate(payload: Uint8Array, buffer: FrameBuffer): boolean {
    let offset = 2;
    while (offset < payload.length) {
      const start = offset + 2;
      const end = start + ((payload[offset]! << 8) | (payload[offset + 1] ?? 0));
      if (end > payload.length || end < start + 2) return false;
      this.#addNal(payload.subarray(start, end), buffer);
      offset = end;
    }
    return true;
  }

  #addNal(nal: Uint8Array, buffer: FrameBuffer): void {
    const type = nalType(nal);
    if (type === NAL_DELIMITER || type === NAL_FILLER) return;
    buffer.append(START_CODE);
    buffer.append(nal);
    this.#observe(nal);
  }

  #observe(nal: Uint8Array): void {
    const type = nalType(nal);
    if (type < NAL_VPS) {
      this.#hasPicture = true;
      // Below 16 even types are sub-layer non-reference pictures (ITU-T H.265 table 7-1).
      this.#hasReference ||= type >= NAL_IRAP_FIRST || type % 2 === 1;
      this.#isKeyframe ||= type >= NAL_IRAP_FIRST && type <= NAL_IRAP_LAST;
      this.#temporalLayer = Math.max(0, (nal[1]! & 0x07) - 1);
    } else if (type <= NAL_PPS) {
      this.#hasSps ||= type === NAL_SPS;
      this.#keep(nal);
    }
  }

  #keep(nal: Uint8Array): void {
    const type = nalType(nal);
    if (type >= NAL_VPS && type <= NAL_PPS) this.#parameterSets.set(type, nal.slice());
  }

  #withParameterSets(picture: Uint8Array): Uint8Array {
    const sets = [NAL_VPS, NAL_SPS, NAL_PPS].flatMap((type) => this.#parameterSets.get(type) ?? []);
    const data = new Uint8Array(sets.reduce((sum, set) => sum + START_CODE.length + set.length, picture.length));
    let offset = 0;
    for (const set of sets) {
      data.set(START_CODE, offset);
      data.set(set, offset + START_CODE.length);
      offset += START_CODE.length + set.length;
    }
    data.set(picture, offset);
    return data;
  }
}

function nalType(nal: Uint8Array): number {
  return (nal[0]! >> 1) & 0x3f;
}
