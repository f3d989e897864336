import type { FrameBuffer } from '../frame-buffer.ts';
import type { BuiltFrame, FrameBuilder } from '../frame-builder.ts';
import { BitReader } from '../bit-reader.ts';
import { START_CODE, unescapeRbsp } from './annex-b.ts';
import { parseH264PictureSize, parseSpropParameterSets } from './h264-parameter-sets.ts';

const NAL_SLICE = 1;
const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_DELIMITER = 9;
const NAL_FILLER = 12;
const STAP_A = 24;
const FU_A = 28;
/** More distinct parameter sets than any stream has: what is beyond is garbage. */
const MAX_PARAMETER_SETS = 64;

/**
 * H.264: single NAL units, STAP-A and FU-A become an Annex B access unit. The last SPS and PPS are kept and put in front of an IDR picture
 * that comes without. Delimiters and filler are left out.
 *
 * ```
 * |F|NRI|  Type   |   24 = STAP-A: {u16 size, NAL}…    28 = FU-A: |S|E|R| Type | fragment
 * ```
 * @see RFC 6184 §5.6 (single), §5.7.1 (STAP-A), §5.8 (FU-A)
 */
export class H264FrameBuilder implements FrameBuilder {
  readonly #parameterSets = new Map<string, Uint8Array>();
  #fragmentAt = -1;
  #hasPicture = false;
  #hasReference = false;
  #isKeyframe = false;
  #hasSps = false;
  /** The picture parameter set of the frame's last slice. */
  #ppsId = 0;
  /** Keyframes come without parameter sets, so one that starts with its slice is whole. */
  #sendsBareKeyframes = false;

  constructor(fmtp = '') {
    for (const nal of parseSpropParameterSets(fmtp)) this.#keep(nal);
    this.#sendsBareKeyframes = this.#parameterSets.size > 0;
  }

  isFrameStart(payload: Uint8Array): boolean {
    const type = payload[0]! & 0x1f;
    if (type === STAP_A) return payload.length > 4 && this.#isFirstNal(payload[3]! & 0x1f, payload[4]!);
    if (type === FU_A) return payload.length > 2 && (payload[1]! & 0x80) !== 0 && this.#isFirstNal(payload[1]! & 0x1f, payload[2]!);
    return payload.length > 1 && this.#isFirstNal(type, payload[1]!);
  }

  start(): void {
    this.#fragmentAt = -1;
    this.#hasPicture = false;
    this.#hasReference = false;
    this.#isKeyframe = false;
    this.#hasSps = false;
  }

  add(payload: Uint8Array, buffer: FrameBuffer): boolean {
    const type = payload[0]! & 0x1f;
    if (type === FU_A) return this.#addFragment(payload, buffer);
    if (this.#fragmentAt >= 0) return false;
    if (type === STAP_A) return this.#addAggregate(payload, buffer);
    if (type === 0 || type > STAP_A) return false;
    this.#addNal(payload, buffer);
    return true;
  }

  finish(buffer: FrameBuffer): BuiltFrame | 'broken' | 'empty' {
    if (this.#fragmentAt >= 0) return 'broken';
    if (!this.#hasPicture) return 'empty';
    if (this.#isKeyframe) this.#sendsBareKeyframes = !this.#hasSps;
    const size = this.#isKeyframe ? this.#pictureSize() : null;
    const data = this.#isKeyframe && !this.#hasSps ? this.#withParameterSets(buffer.view()) : buffer.copy();
    return { data, isKeyframe: this.#isKeyframe, isDroppable: !this.#hasReference, ...size };
  }

  /** After a gap a slice can only be the first of its picture when first_mb_in_slice is 0, which is a single 1 bit. */
  #isFirstNal(type: number, byteAfterHeader: number): boolean {
    if (type === NAL_IDR && !this.#sendsBareKeyframes) return false;
    if (type >= NAL_SLICE && type <= NAL_IDR) return byteAfterHeader >= 0x80;
    return type >= 6 && type <= NAL_DELIMITER && type !== NAL_PPS;
  }

  #addFragment(payload: Uint8Array, buffer: FrameBuffer): boolean {
    if (payload.length < 3) return false;
    const header = payload[1]!;
    const isStart = (header & 0x80) !== 0;
    if (isStart !== this.#fragmentAt < 0) return false;
    if (isStart) {
      buffer.append(START_CODE);
      this.#fragmentAt = buffer.length;
      buffer.appendByte((payload[0]! & 0xe0) | (header & 0x1f));
    }
    buffer.append(payload.subarray(2));
    if ((header & 0x40) !== 0) {
      this.#observe(buffer.view(this.#fragmentAt));
      this.#fragmentAt = -1;
    }
    return true;
  }

  #addAggregate(payload: Uint8Array, buffer: FrameBuffer): boolean {
    let offset = 1;
    while (offset < payload.length) {
      const start = offset + 2;
      const end = start + ((payload[offset]! << 8) | (payload[offset + 1] ?? 0));
      if (end > payload.length || end === start) return false;
      this.#addNal(payload.subarray(start, end), buffer);
      offset = end;
    }
    return true;
  }

  #addNal(nal: Uint8Array, buffer: FrameBuffer): void {
    const type = nal[0]! & 0x1f;
    if (type === NAL_DELIMITER || type === NAL_FILLER) return;
    buffer.append(START_CODE);
    buffer.append(nal);
    this.#observe(nal);
  }

  #observe(nal: Uint8Array): void {
    const type = nal[0]! & 0x1f;
    if (type >= NAL_SLICE && type <= NAL_IDR) {
      this.#hasPicture = true;
      this.#hasReference ||= (nal[0]! & 0x60) !== 0;
      this.#isKeyframe ||= type === NAL_IDR;
      if (type === NAL_IDR) this.#ppsId = golombAt(nal, 1, 2);
    } else if (type === NAL_SPS || type === NAL_PPS) {
      this.#hasSps ||= type === NAL_SPS;
      this.#keep(nal);
    }
  }

  /** Keeps the newest set of each kind and id. */
  #keep(nal: Uint8Array): void {
    const type = nal[0]! & 0x1f;
    if (type !== NAL_SPS && type !== NAL_PPS) return;
    const id = golombAt(nal, type === NAL_SPS ? 4 : 1, 0);
    const key = `${type}/${id}`;
    if (this.#parameterSets.has(key) || this.#parameterSets.size < MAX_PARAMETER_SETS) this.#parameterSets.set(key, nal.slice());
  }

  #pictureSize(): { readonly width: number; readonly height: number } | null {
    // An SFU's own keyframes bring sets under other ids: what counts is the one that the slice names.
    const pps = this.#parameterSets.get(`${NAL_PPS}/${this.#ppsId}`);
    const named = pps === undefined ? undefined : this.#parameterSets.get(`${NAL_SPS}/${golombAt(pps, 1, 1)}`);
    const sps = named ?? [...this.#parameterSets.values()].find((nal) => (nal[0]! & 0x1f) === NAL_SPS);
    return sps === undefined ? null : parseH264PictureSize(sps);
  }

  #withParameterSets(picture: Uint8Array): Uint8Array {
    const sets = [...this.#parameterSets.values()].sort((a, b) => (a[0]! & 0x1f) - (b[0]! & 0x1f));
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

/** The ue(v) number behind `skipped` others from a byte of a NAL unit on. @see ITU-T H.264 §7.3.2.1.1, §7.3.2.2, §7.3.3 */
function golombAt(nal: Uint8Array, offset: number, skipped: number): number {
  const reader = new BitReader(unescapeRbsp(nal.subarray(offset, offset + 16)));
  for (let index = 0; index < skipped; index++) reader.exponentialGolomb();
  return reader.exponentialGolomb();
}
