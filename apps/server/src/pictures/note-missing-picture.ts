import type { RunState } from '../recorder/recording-run.ts';
import type { MissingPicture } from './layout-pictures.ts';

/** Says once in the recording's history that a picture of its layout is not to be had. */
export function noteMissingPicture(state: RunState, { url, detail }: MissingPicture): void {
  const { claim, context, writes, log, notedPictures } = state;
  if (notedPictures.has(url)) return;
  notedPictures.add(url);
  log.warn({ url, detail }, 'a picture of the layout cannot be had');
  writes.push('picture', () => context.catalogue.leases.event(claim, 'recording.picture_failed', { url, detail }));
}
