/** What of a participant a tile shows. */
export type TileSource = 'camera' | 'screen';
/** How a picture fills its tile: whole picture with bars, whole tile with the picture cropped, or stretched. */
export type Fit = 'contain' | 'cover' | 'fill';

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
  readonly identity: string;
  readonly source: TileSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly z: number;
  readonly fit: Fit;
}

/** Options that every layout understands; a layout ignores those that do not concern it. */
export interface LayoutOptions {
  /** Default `contain`. */
  readonly fit?: Fit;
  /** Most tiles of a grid (1…25, default 25). People beyond it are not shown; earlier joiners come first. */
  readonly maxTiles?: number;
  /** Also gives a (placeholder) tile to people without video. Default false. */
  readonly showAudioOnly?: boolean;
  /** Pixels between tiles (even, default 0). */
  readonly gap?: number;
  /** `speaker`: identity in the large tile; without it the first person stands there. */
  readonly speaker?: string | null;
}
