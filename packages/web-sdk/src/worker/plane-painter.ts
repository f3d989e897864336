import { fitPicture, type Tile } from '@tapedeck/layout';
import { planesOfRgba, recordedColours, turnBt601Into709 } from './plane-colours.ts';
import { PlaneScaler } from './plane-scaler.ts';
import { partOf, partPairs, planesIn, type Plane, type Planes, type Rectangle } from './planes.ts';
import type { VideoPlan } from './plan.ts';

/** A tile with the picture in it; null: nobody sends one. The picture belongs to its source. */
export interface ShownPicture {
  readonly tile: Tile;
  readonly frame: VideoFrame | null;
}

/** Times of a picture, in µs. */
export interface PictureTime {
  readonly timestamp: number;
  readonly duration: number;
}

/** A picture's samples, copied out of it. */
interface Read {
  readonly frame: VideoFrame | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly planes: Planes;
  /** Already in its tile's size, with its bars, for this tile. */
  readonly forTile: Tile | null;
  readonly isBt601: boolean;
}

const placeholderColour = '#23272f';

/**
 * Draws in the planes that the encoder takes. I420 and NV12, what decoders and cameras leave, are scaled plane by plane, without a way through RGB; others
 * (turned, of other colours) and names are drawn by a 2D canvas of their tile's size. What has not changed since the picture before is not drawn again.
 */
export class PlanePainter {
  readonly #plan: VideoPlan;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #canvas: Planes;
  readonly #scaler = new PlaneScaler();
  readonly #pen: OffscreenCanvasRenderingContext2D;
  /** By {@link keyOf} a tile. */
  readonly #reads = new Map<string, Read>();
  #drawn: readonly ShownPicture[] = [];
  #tiles: readonly Tile[] | null = null;

  /** @throws {DOMException} NotSupportedError where workers have no 2D canvas. */
  constructor(plan: VideoPlan) {
    this.#plan = plan;
    this.#bytes = new Uint8Array((plan.width * plan.height * 3) / 2);
    this.#canvas = planesIn(this.#bytes, plan.width, plan.height);
    const pen = new OffscreenCanvas(2, 2).getContext('2d', { alpha: false, willReadFrequently: true });
    if (pen === null) throw new DOMException('There is no 2D canvas in this worker.', 'NotSupportedError');
    this.#pen = pen;
  }

  /** The picture, which the caller closes. One at a time. Tiles are the same objects as long as nothing moves. */
  async draw(shown: readonly ShownPicture[], tiles: readonly Tile[], time: PictureTime): Promise<VideoFrame> {
    const reads = await Promise.all(shown.map((picture) => this.#read(picture)));
    this.#paint(shown, reads, tiles);
    const { width, height } = this.#plan;
    return new VideoFrame(this.#bytes, { format: 'I420', codedWidth: width, codedHeight: height, colorSpace: recordedColours, ...time });
  }

  async #read({ tile, frame }: ShownPicture): Promise<Read> {
    const key = keyOf(tile);
    const known = this.#reads.get(key);
    if (known?.frame === frame && (known.forTile === null || known.forTile === tile)) return known;
    const read = frame !== null && isPlain(frame) ? await copyOf(frame, known?.bytes) : this.#drawnByPen(tile, frame);
    this.#reads.set(key, read);
    return read;
  }

  #drawnByPen(tile: Tile, frame: VideoFrame | null): Read {
    const { width, height, identity, fit } = tile;
    const planes = this.#planesOf(width, height, (pen) => {
      if (frame === null) return drawPlaceholder(pen, identity, width, height);
      const { source, target } = fitPicture(fit, frame.displayWidth, frame.displayHeight, width, height);
      pen.drawImage(frame, source.x, source.y, source.width, source.height, target.x, target.y, target.width, target.height);
    });
    return { frame, bytes: new Uint8Array(), planes, forTile: tile, isBt601: false };
  }

  /** What a pen draws on the background. */
  #planesOf(width: number, height: number, draw: (pen: OffscreenCanvasRenderingContext2D) => void): Planes {
    const { canvas } = this.#pen;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.#pen.fillStyle = this.#plan.background;
    this.#pen.fillRect(0, 0, width, height);
    draw(this.#pen);
    return planesOfRgba(this.#pen.getImageData(0, 0, width, height).data, width, height);
  }

  #paint(shown: readonly ShownPicture[], reads: readonly Read[], tiles: readonly Tile[]): void {
    const isNew = tiles !== this.#tiles;
    if (isNew) this.#begin(tiles);
    const isChanged = shown.map(({ frame }, index) => this.#drawn[index]?.frame !== frame);
    const isAll = isNew || (isChanged.includes(true) && doOverlap(tiles));
    for (const [index, read] of reads.entries()) {
      const tile = shown[index]?.tile;
      if (tile !== undefined && (isAll || isChanged[index] === true)) this.#place(read, tile);
    }
    this.#drawn = shown;
    this.#tiles = tiles;
  }

  /** Clears the canvas and drops what belongs to tiles that are gone. */
  #begin(tiles: readonly Tile[]): void {
    const keys = new Set(tiles.map(keyOf));
    for (const key of [...this.#reads.keys()]) if (!keys.has(key)) this.#reads.delete(key);
    const background = this.#planesOf(2, 2, () => undefined);
    for (const [index, { offset, width, height }] of this.#canvas.entries())
      this.#bytes.fill(background[index]?.data[background[index].offset] ?? 0, offset, offset + width * height);
  }

  #place({ planes, forTile, isBt601 }: Read, tile: Tile): void {
    if (forTile !== null) return this.#scaleInto(planes, tile, false);
    const [{ width, height }] = planes;
    const { source, target } = fitPicture(tile.fit, width, height, tile.width, tile.height);
    this.#scaleInto(partOf(planes, source), { ...target, x: tile.x + target.x, y: tile.y + target.y }, isBt601);
  }

  #scaleInto(from: Planes, to: Rectangle, isBt601: boolean): void {
    const target = partOf(this.#canvas, to);
    for (const index of [0, 1, 2] as const) this.#scaler.scale(from[index], target[index]);
    if (isBt601) turnBt601Into709(target);
  }
}

/** I420 or NV12, upright, of square pixels and of colours that can be had without RGB. */
function isPlain(frame: VideoFrame): boolean {
  const isUpright = !('rotation' in frame) || (frame.rotation === 0 && !('flip' in frame && frame.flip === true));
  const { width, height } = frame.visibleRect ?? { width: 0, height: 0 };
  const { matrix, fullRange } = frame.colorSpace;
  const isKnown = fullRange !== true && [null, 'bt709', 'bt470bg', 'smpte170m'].includes(matrix);
  return (
    ['I420', 'NV12'].includes(frame.format ?? '') && isUpright && isKnown && frame.displayWidth === width && frame.displayHeight === height
  );
}

/** Its samples, in `room` when they fit. */
async function copyOf(frame: VideoFrame, room: Uint8Array<ArrayBuffer> | undefined): Promise<Read> {
  const { displayWidth: width, displayHeight: height, format } = frame;
  const chroma = { stride: (width + 1) >> 1, width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const size = frame.allocationSize();
  const wholeSize = format === 'NV12' ? size + 2 * chroma.width * chroma.height : size;
  const data = room?.length === wholeSize ? room : new Uint8Array(wholeSize);
  const copy = frame.clone(); // the source may close its own meanwhile
  try {
    const isBt601 = copy.colorSpace.matrix !== 'bt709';
    const [luma, first, second] = (await copy.copyTo(data)).map((layout) => ({ ...chroma, ...layout, data }));
    if (!luma || !first) throw new DOMException('A picture has no planes.', 'EncodingError');
    const [u, v] = second
      ? [first, second]
      : [0, 1].map((which) => ({ ...chroma, data, offset: size + which * chroma.width * chroma.height }));
    if (!second) partPairs(first, u as Plane, v as Plane);
    return { frame, bytes: data, planes: [{ ...luma, width, height }, u as Plane, v as Plane], forTile: null, isBt601 };
  } finally {
    copy.close();
  }
}

function drawPlaceholder(pen: OffscreenCanvasRenderingContext2D, name: string, width: number, height: number): void {
  pen.fillStyle = placeholderColour;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#fff';
  pen.font = `${Math.max(10, Math.round(height / 8))}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(name, width / 2, height / 2, width);
}

function keyOf({ identity, source }: Tile): string {
  return `${source} ${identity}`;
}

function doOverlap(tiles: readonly Tile[]): boolean {
  return tiles.some((one, index) => tiles.slice(index + 1).some((other) => doMeet(one, other)));
}

function doMeet(one: Rectangle, other: Rectangle): boolean {
  const doInX = one.x < other.x + other.width && other.x < one.x + one.width;
  return doInX && one.y < other.y + other.height && other.y < one.y + one.height;
}
