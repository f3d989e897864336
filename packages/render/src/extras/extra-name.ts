/** What can be made beside the files of a recording. */
export const extraNames = ['thumbnails', 'waveform', 'timeline'] as const;
/** One of {@link extraNames}. */
export type ExtraName = (typeof extraNames)[number];
