import { CodecContext, Codec, Frame, Packet, Rational, SoftwareScaleContext } from 'node-av';
import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, FF_ENCODER_MJPEG, SWS_AREA } from 'node-av/constants';
import type { AVPixelFormat } from 'node-av/constants';
import { PictureCanvas } from '../composite/canvas.ts';
import { EncodeError, RenderSetupError } from '../errors.ts';
import '../decode/av-log.ts';

/** Pictures in a row and rows on a sheet. */
export const sheetColumns = 10;
export const sheetRows = 10;
/** JPEG quantiser, 2 (best) to 31. */
const quantiser = 4;

/** A sheet of up to {@link sheetColumns} × {@link sheetRows} small pictures that becomes one JPEG. Sides are even pixels. */
export class PictureSheet {
  readonly #width: number;
  readonly #height: number;
  readonly #canvas: PictureCanvas;
  readonly #small: PictureCanvas;
  #count = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#canvas = new PictureCanvas(width * sheetColumns, height * sheetRows);
    this.#small = new PictureCanvas(width, height);
  }

  get count(): number {
    return this.#count;
  }
  get isFull(): boolean {
    return this.#count === sheetColumns * sheetRows;
  }

  /** Scales a picture onto the next place and returns where that is. */
  add(picture: Frame): { readonly x: number; readonly y: number } {
    const scaler = new SoftwareScaleContext();
    const { width, height } = picture;
    scaler.getContext(width, height, picture.format as AVPixelFormat, this.#width, this.#height, AV_PIX_FMT_YUV420P, SWS_AREA);
    scaler.scaleFrameSync(this.#small.frame, picture);
    scaler.freeContext();
    return this.repeat();
  }

  /** Puts the last picture once more. */
  repeat(): { readonly x: number; readonly y: number } {
    const x = (this.#count % sheetColumns) * this.#width;
    const y = Math.floor(this.#count / sheetColumns) * this.#height;
    this.#canvas.copyFrom(this.#small, 0, 0, { x, y, width: this.#width, height: this.#height });
    this.#count++;
    return { x, y };
  }

  /**
   * The sheet as a JPEG, rows that hold nothing left out; the sheet is empty afterwards.
   *
   * @throws {RenderSetupError} RENDER_SETUP without a JPEG encoder. @throws {EncodeError} RENDER_ENCODE_FAILED
   */
  take(): Uint8Array {
    const columns = Math.min(sheetColumns, this.#count);
    const rows = Math.ceil(this.#count / sheetColumns);
    const part = new PictureCanvas(columns * this.#width, rows * this.#height);
    part.copyFrom(this.#canvas, 0, 0, { x: 0, y: 0, width: part.width, height: part.height });
    this.#canvas.fill({ x: 0, y: 0, width: this.#canvas.width, height: this.#canvas.height }, [16, 128, 128]);
    this.#count = 0;
    try {
      return encodeJpeg(part);
    } finally {
      part.close();
    }
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    this.#canvas.close();
    this.#small.close();
  }
}

/** JPEG has the full range of values: FFmpeg's scaler turns ours into it. */
function encodeJpeg(canvas: PictureCanvas): Uint8Array {
  const { width, height } = canvas;
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  if (codec === null) throw new RenderSetupError('no JPEG encoder');
  using full = new Frame();
  full.alloc();
  Object.assign(full, { width, height, format: AV_PIX_FMT_YUVJ420P, colorRange: AVCOL_RANGE_JPEG, quality: quantiser * 118 });
  if (full.getBuffer(0) < 0) throw new RenderSetupError(`no memory for a sheet of ${width}×${height}`);
  const scaler = new SoftwareScaleContext();
  scaler.getContext(width, height, AV_PIX_FMT_YUV420P, width, height, AV_PIX_FMT_YUVJ420P, SWS_AREA);
  scaler.scaleFrameSync(full, canvas.frame);
  scaler.freeContext();
  using context = new CodecContext();
  context.allocContext3(codec);
  Object.assign(context, { width, height, pixelFormat: AV_PIX_FMT_YUVJ420P, colorRange: AVCOL_RANGE_JPEG, timeBase: new Rational(1, 1), qMin: quantiser, qMax: quantiser }); // prettier-ignore
  let status = context.open2Sync(codec, null);
  if (status < 0) throw new RenderSetupError(`the JPEG encoder did not open (${status})`);
  full.pts = 0n;
  status = context.sendFrameSync(full);
  if (status >= 0) status = context.sendFrameSync(null);
  using packet = new Packet();
  packet.alloc();
  if (status >= 0) status = context.receivePacketSync(packet);
  if (status < 0) throw new EncodeError('JPEG', status);
  return Uint8Array.from(packet.data ?? []);
}
