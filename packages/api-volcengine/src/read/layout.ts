import { invalidParameter } from '../errors.ts';
import { type ApiVersion, hasProportions } from '../versions.ts';
import { readSize } from './encode.ts';
import type { Fields } from './fields.ts';
import { requiredId } from './names.ts';
import type { Stream } from './streams.ts';

/** A box of a custom layout, in pixels of the canvas. */
export interface Region {
  readonly streamIndex: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly z: number;
  readonly alpha: number;
  /** 0 and 3: stretched; 1: cropped; 2: whole, with bars. */
  readonly renderMode: 0 | 1 | 2 | 3;
  /** 0: sound and picture; 1: sound alone; 2: picture alone. */
  readonly mediaType: 0 | 1 | 2;
  readonly alternateImage: string | null;
  readonly isAlternateKept: boolean;
  /** In parts of the canvas's width. */
  readonly cornerRadius: number;
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** What a custom layout is drawn on. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly image: string | null;
}

/** The object `Layout` with its defaults. */
export type Layout =
  | { readonly mode: 'adaptive' | 'side-by-side' }
  | { readonly mode: 'vertical'; readonly main: Pick<Stream, 'userId' | 'source'> | null }
  | { readonly mode: 'custom'; readonly canvas: Canvas; readonly regions: readonly Region[] };

/** What the layout is read for. */
export interface LayoutContext {
  readonly version: ApiVersion;
  readonly targets: readonly Stream[];
}

/** Which mode a request names. */
const modes = ['adaptive', 'vertical', 'custom', 'side-by-side'] as const;
export type LayoutMode = (typeof modes)[number];

const modeOf = (fields: Fields): LayoutMode => modes[fields.choice('LayoutMode', [0, 1, 2, 3], 0)] ?? 'adaptive';

/** Whether the body asks for a custom layout. */
export function isCustomLayout(body: Fields): boolean {
  const fields = body.object('Layout');
  return fields !== null && modeOf(fields) === 'custom';
}

/** The object `Layout`; left out: adaptive. */
export function readLayout(body: Fields, context: LayoutContext): Layout {
  const fields = body.object('Layout');
  if (fields === null) return { mode: 'adaptive' };
  const mode = modeOf(fields);
  if (mode === 'vertical') return { mode, main: readMain(fields, context.targets) };
  if (mode !== 'custom') return { mode };
  const custom = fields.object('CustomLayout');
  const canvas = readCanvas(custom?.object('Canvas') ?? null);
  return { mode, canvas, regions: readRegions(custom, canvas, context, fields.at('CustomLayout.Regions')) };
}

function readMain(fields: Fields, targets: readonly Stream[]): Pick<Stream, 'userId' | 'source'> | null {
  const stream = fields.object('MainVideoStream');
  if (stream !== null)
    return { userId: requiredId(stream, 'UserId'), source: stream.choice('StreamType', [0, 1], 0) === 1 ? 'screen' : 'camera' };
  if (!fields.has('MainVideoStreamIndex')) return null;
  const index = fields.integer('MainVideoStreamIndex', { min: 0, max: 2_147_483_647, fallback: -1 });
  return targets.find((target) => target.index === index) ?? targets[index] ?? null;
}

/** The canvas; `before`: what an update keeps. */
export function readCanvas(fields: Fields | null, before: Canvas | null = null): Canvas {
  const size = before ?? readSize(fields, 'Width', 'Height');
  const { width, height } = size;
  return {
    ...{ width, height },
    color: fields === null || !fields.has('Background') ? (before?.color ?? '#000000') : readColor(fields),
    image: fields === null || !fields.has('BackgroundImage') ? (before?.image ?? null) : readImage(fields, 'BackgroundImage'),
  };
}

function readColor(fields: Fields): string {
  const color = fields.text('Background') ?? '';
  if (/^#[0-9a-fA-F]{6}$/.test(color)) return color;
  if (fields.isStrict && color !== '') throw invalidParameter(fields.at('Background'), 'must be #RRGGBB');
  return '#000000';
}

const mostUrlBytes = 1024;

/** The address of a picture; empty: none. */
function readImage(fields: Fields, name: string): string | null {
  const url = fields.text(name) ?? '';
  if (url === '') return null;
  if (Buffer.byteLength(url) <= mostUrlBytes && /^https?:\/\/[^\s]+$/.test(url)) return url;
  if (fields.isStrict) throw invalidParameter(fields.at(name), `must be an http(s) address of at most ${mostUrlBytes} bytes`);
  return null;
}

/** One region for every indexed target, neither more nor less. @param at What messages call the list. */
export function readRegions(custom: Fields | null, canvas: Canvas, context: LayoutContext, at: string): readonly Region[] {
  const regions = (custom?.objects('Regions') ?? []).map((fields) => readRegion(fields, canvas, context.version));
  const { targets } = context;
  if (targets.length === 0)
    throw invalidParameter('TargetStreams.StreamList', 'must name the streams of a custom layout, each with its Index');
  const unnamed = targets.find(({ index }) => index === null);
  if (unnamed !== undefined)
    throw invalidParameter('TargetStreams.StreamList', `must give ${unnamed.userId} an Index: the layout is custom`);
  for (const { streamIndex } of regions)
    if (!targets.some(({ index }) => index === streamIndex))
      throw invalidParameter(at, `must name streams of TargetStreams; StreamIndex ${streamIndex} is none`);
  for (const { index } of targets) {
    const count = regions.filter(({ streamIndex }) => streamIndex === index).length;
    if (count !== 1) throw invalidParameter(at, `must have one region for StreamIndex ${index}; there are ${count}`);
  }
  return regions;
}

function readRegion(fields: Fields, canvas: Canvas, version: ApiVersion): Region {
  const crop = fields.object('SourceCrop');
  const part = (name: string, isSize: boolean): number =>
    crop?.float(name, { min: 0, max: 1, isAbove: isSize, fallback: isSize ? 1 : 0 }) ?? (isSize ? 1 : 0);
  const [cropX, cropY] = [part('LocationX', false), part('LocationY', false)];
  return {
    streamIndex: fields.requiredInteger('StreamIndex', { min: 0, max: 2_147_483_647 }),
    ...(hasProportions(version) ? readProportions(fields, canvas) : readPixels(fields, canvas)),
    z: fields.integer(fields.has('ZOrder') ? 'ZOrder' : 'Zorder', { min: 0, max: 100, fallback: 0 }),
    alpha: fields.float('Alpha', { min: 0, max: 1, isAbove: true, fallback: 1 }),
    renderMode: fields.choice('RenderMode', [0, 1, 2, 3], 0),
    mediaType: fields.choice('MediaType', [0, 1, 2], 0),
    alternateImage: readImage(fields, 'AlternateImage'),
    isAlternateKept: fields.choice('AlternateImageFillMode', [0, 1], 0) === 1,
    cornerRadius: fields.float('CornerRadius', { min: 0, max: 1, fallback: 0 }),
    crop: {
      ...{ x: cropX, y: cropY },
      width: Math.min(part('WidthProportion', true), 1 - cropX),
      height: Math.min(part('HeightProportion', true), 1 - cropY),
    },
  };
}

type Box = Pick<Region, 'x' | 'y' | 'width' | 'height'>;

function readPixels(fields: Fields, canvas: Canvas): Box {
  const location = (name: string, length: number): number => fields.integer(name, { min: 0, max: length - 1, fallback: 0, isFirm: true });
  return {
    width: fields.requiredInteger('Width', { min: 1, max: canvas.width }),
    height: fields.requiredInteger('Height', { min: 1, max: canvas.height }),
    x: location('LocationX', canvas.width),
    y: location('LocationY', canvas.height),
  };
}

/** Proportions as pixels: `round(canvas × value)`. */
function readProportions(fields: Fields, canvas: Canvas): Box {
  const size = (name: string, length: number): number =>
    Math.max(1, Math.round(length * fields.requiredFloat(name, { min: 0, max: 1, isAbove: true })));
  const location = (name: string, length: number): number => {
    const value = fields.float(name, { min: 0, max: 1, fallback: 0, isFirm: true });
    if (value === 1) throw invalidParameter(fields.at(name), 'must be a number in [0,1); it is 1');
    return Math.round(length * value);
  };
  return {
    width: size('WidthProportion', canvas.width),
    height: size('HeightProportion', canvas.height),
    x: location('LocationX', canvas.width),
    y: location('LocationY', canvas.height),
  };
}
