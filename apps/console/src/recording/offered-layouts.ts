import type { LayoutName } from '@tapedeck/protocol';

/** The layouts that need nothing but their name. */
export type OfferedLayout = Exclude<LayoutName, 'custom'>;

/** In the order of the menu. */
export const offeredLayouts: readonly OfferedLayout[] = [
  'grid',
  'speaker',
  'screen-share',
  'floating',
  'vertical',
  'side-by-side',
  'adaptive',
  'single',
];
