/** What of a participant a tile shows. */
export type TileSource = 'camera' | 'screen';
/**
 * How a picture fills its tile: whole picture with bars, whole tile with the picture cropped, stretched, or `smart`: cropped when that loses at most a
 * fifth of the picture's width or height, else with bars.
 */
export type Fit = 'contain' | 'cover' | 'fill' | 'smart';

/** The picture to lay out on, in pixels; both even. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
}

/** One candidate for a tile. A participant who shares a screen is listed twice: once per picture. */
export interface Person {
  readonly identity: string;
  readonly hasVideo: boolean;
  /** width / height of the picture last seen, or null when unknown. */
  readonly aspect: number | null;
  readonly isSpeaking: boolean;
  readonly isScreen: boolean;
  /** Lower joined earlier; the same number twice is ordered by identity. */
  readonly joinedOrder: number;
}

/** One rectangle of the canvas in whole even pixels, inside the canvas. Higher `z` is drawn later. */
export interface Tile {
  /** Empty: a seat of the `custom` layout that nobody takes; only its `style` is seen. */
  readonly identity: string;
  readonly source: TileSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly z: number;
  readonly fit: Fit;
  /** `custom`: what this tile has of its own. */
  readonly style?: TileStyle;
}

/** A part of a picture, in fractions of its width and height. */
export interface PictureCrop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How one tile of the `custom` layout differs from the others. Background and placeholder are handed on as they are. */
export interface TileStyle {
  /** Corner radius in pixels. */
  readonly radius?: number;
  /** 0 (not to be seen) to 1. */
  readonly opacity?: number;
  /** The part of the picture that is shown, in fractions of it; `fit` is applied to that part. Left out: all of it. */
  readonly crop?: PictureCrop;
  /** Behind the picture, where it leaves bars. */
  readonly background?: unknown;
  /** Shown while there is no picture. */
  readonly placeholder?: unknown;
}

/** Who stands in the large tile: an identity (`*` matches any run of characters; the earliest to join wins) and which of their pictures. */
export interface MainChoice {
  readonly identity: string;
  /** Left out: the shared screen when there is one, else the camera. */
  readonly source?: TileSource;
}

/** How many cells a grid has: as many as give the largest pictures, the vendors' steps (1, 2, 4, 9, 16, 25; filled row by row), or always so many. */
export type GridCells = 'auto' | 'nine-grid' | 1 | 2 | 4 | 9 | 16 | 25;

/** One tile of the `custom` layout. Someone is in it by name or by order of joining. */
export interface CustomTile extends TileStyle {
  readonly identity?: string;
  /** People without a tile of their own take the slots in the order of their numbers, in the order in which they joined. */
  readonly slot?: number;
  /** Default `camera`. */
  readonly source?: TileSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Default 0. Higher is drawn later; the same number twice in the order of the list. */
  readonly z?: number;
  readonly fit?: Fit;
}

/** Options that every layout understands; a layout ignores those that do not concern it. */
export interface LayoutOptions {
  /** Left out: the layout's own habit (see each layout). */
  readonly fit?: Fit;
  /** Most tiles (1…25, default 25; `speaker`: 6). People beyond it are not shown; earlier joiners come first. */
  readonly maxTiles?: number;
  /** Also gives a (placeholder) tile to people without video. Default false. */
  readonly showAudioOnly?: boolean;
  /** Pixels between tiles (even, default 0): `grid`, `adaptive`, `side-by-side`. */
  readonly gap?: number;
  /** Identity of the active speaker, for `speaker` and `single`. */
  readonly speaker?: string | null;
  /** `grid`: default `auto`. */
  readonly cells?: GridCells;
  /** Large tile of `speaker`, `screen-share`, `floating`, `vertical` and `single`. While this person has no picture the place stays empty. */
  readonly main?: MainChoice;
  /** `screen-share`, `vertical`: on which side the large tile is. Default `left`. */
  readonly align?: 'left' | 'right';
  /** `screen-share`: what is shown while nobody shares: everybody in a grid (default), the column alone, or the active speaker in the large tile. */
  readonly withoutShare?: 'grid' | 'column' | 'speaker';
  /** `custom`: 1 to 25 tiles. */
  readonly tiles?: readonly CustomTile[];
  /** `custom`: what the tiles' numbers are. Default: fractions of the canvas when no width and no height is over 1, else pixels. */
  readonly unit?: 'fraction' | 'pixel';
}
