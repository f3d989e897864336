export { unitOf } from './custom.ts';
export { fitPicture } from './fit-picture.ts';
export type { Placement } from './fit-picture.ts';
export { gridShape, maxGridTiles } from './grid.ts';
export { isLayoutName, layoutNames, layoutTiles } from './layout-tiles.ts';
export type { LayoutName } from './layout-tiles.ts';
export { nextSpeaker, noSpeaker, speakerHoldUs, speakerPatienceUs } from './next-speaker.ts';
export type { SpeakerState } from './next-speaker.ts';
export type {
  Canvas,
  CustomTile,
  Fit,
  GridCells,
  LayoutOptions,
  MainChoice,
  Person,
  PictureCrop,
  Tile,
  TileSource,
  TileStyle,
} from './types.ts';
