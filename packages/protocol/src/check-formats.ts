import { ValidationError } from './errors.ts';
import { limits } from './limits.ts';
import { AudioSettingsSchema, IndividualVideoSettingsSchema, isSoundFormat } from './output.ts';
import type { Output } from './output.ts';

/**
 * Refuses formats that cannot be made together, or not with these settings of sound, and settings of formats that are not asked for.
 *
 * @throws {ValidationError} INVALID_REQUEST naming the field.
 */
export function checkFormats(output: Output, field: string): void {
  const { formats, hls } = output;
  if (output.type === 'individual' && formats.includes('webm') && formats.length > 1)
    throw new ValidationError(
      `${field}.formats`,
      'must name "webm" alone (it copies what was sent, the other formats are encoded anew): ask for two outputs',
      formats,
    );
  if (!formats.includes('hls') && hls !== undefined) throw new ValidationError(`${field}.hls`, 'goes with "hls" among the formats', hls);
  if (output.type === 'individual' && formats.includes('webm')) return checkCopied(output, field);
  if (output.type === 'composite' && !formats.includes('webm') && output.webm !== undefined)
    throw new ValidationError(`${field}.webm`, 'goes with "webm" among the formats', output.webm);
  checkSound(output, field);
}

/** A copy is as it was sent: what it cannot be made into is refused, not passed over. */
function checkCopied({ video, audio }: Output, field: string): void {
  const refuse = (name: string, value: unknown): never => {
    throw new ValidationError(
      `${field}.${name}`,
      'must be left out with individual "webm": it copies what was sent, as large and as fast as it came',
      value,
    );
  };
  const check = (part: string, given: object | null, schema: { readonly properties: object }): void => {
    const properties = schema.properties as Readonly<Record<string, { readonly default?: unknown }>>;
    for (const [name, value] of Object.entries(given ?? {})) if (value !== properties[name]?.default) refuse(`${part}.${name}`, value);
  };
  check('video', video, IndividualVideoSettingsSchema);
  check('audio', audio, AudioSettingsSchema);
}

function checkSound({ type, formats, audio }: Output, field: string): void {
  const soundAlone = formats.find(isSoundFormat);
  if (audio === null) {
    if (soundAlone !== undefined) throw new ValidationError(`${field}.audio`, `must not be null: "${soundAlone}" holds sound alone`, null);
    return;
  }
  const { sampleRateHz, channels, bitrateKbps } = audio;
  const isOpus = formats.includes('ogg') || (type === 'composite' && formats.includes('webm'));
  if (isOpus && (sampleRateHz === 44_100 || sampleRateHz === 32_000))
    throw new ValidationError(`${field}.audio.sampleRateHz`, 'must be 48000 or 16000 with "webm" and "ogg" (Opus)', sampleRateHz);
  const { min } = limits.audioBitrateKbps;
  if (isOpus && bitrateKbps > limits.opusKbpsPerChannel * channels)
    throw new ValidationError(
      `${field}.audio.bitrateKbps`,
      `must be ${min} to ${limits.opusKbpsPerChannel * channels} with "webm" and "ogg" (Opus, ${channels} channel${channels > 1 ? 's' : ''})`,
      bitrateKbps,
    );
  if (formats.includes('mp3') && sampleRateHz === 16_000 && bitrateKbps > limits.mp3LowRateKbps)
    throw new ValidationError(
      `${field}.audio.bitrateKbps`,
      `must be ${min} to ${limits.mp3LowRateKbps} with "mp3" at 16000 Hz`,
      bitrateKbps,
    );
}
