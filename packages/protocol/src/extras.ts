import Type from 'typebox';

/** What can be made beside the files of a recording. */
export const extraNames = ['thumbnails', 'waveform', 'timeline'] as const;

/**
 * `thumbnails`: of each file with a picture a WebVTT track (`vtt`) whose cues name rectangles of JPEG sheets. `waveform`: peaks per 100 ms, per participant and
 * mixed (`json`). `timeline`: who was there, spoke, shared, was muted, and when it was paused (`json`). docs/extras.md says what is in them.
 */
export const ExtrasSchema = Type.Array(Type.Enum([...extraNames]), {
  minItems: 0,
  maxItems: extraNames.length,
  uniqueItems: true,
  default: [],
  description: 'Made beside the files: thumbnails (WebVTT and JPEG sheets), waveform and timeline (JSON).',
});
