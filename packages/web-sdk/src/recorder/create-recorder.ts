import { RecorderUnsupportedError } from '../errors.ts';
import { canHandOver } from './pictures-of.ts';
import { planRecording, type RecorderOptions } from './options.ts';
import { WebCodecsRecorder, type Recorder } from './recorder.ts';

/**
 * Starts to record any set of tracks and resolves when it records. Pictures are drawn and encoded in a worker of its own and written to disk at once, so memory stays bounded, a hidden tab does not matter
 * and several recorders can run. Without WebCodecs the browser's `MediaRecorder` does the encoding and the file's duration is put right at the end.
 *
 * @throws {ValidationError} INVALID_REQUEST naming the option.
 * @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when the browser can neither.
 * @throws {RecorderAudioBlockedError} RECORDER_AUDIO_BLOCKED when sound is recorded before the user has touched the page.
 */
export async function createRecorder(options: RecorderOptions): Promise<Recorder> {
  const target = options.target ?? 'private';
  if (hasWebCodecs(options)) return WebCodecsRecorder.open(planRecording(options, false), options.sources, target);
  if (!('MediaRecorder' in globalThis)) throw new RecorderUnsupportedError('This browser has neither WebCodecs nor MediaRecorder.');
  const { FallbackRecorder } = await import('./fallback-recorder.ts');
  return FallbackRecorder.open(planRecording(options, true), options.sources, target);
}

function hasWebCodecs({ video, audio, sources }: RecorderOptions): boolean {
  if (!('OffscreenCanvas' in globalThis)) return false;
  if (video !== false && !canHandOver(sources.flatMap((source) => source.video ?? source.screen ?? []))) return false;
  return (video === false || 'VideoEncoder' in globalThis) && (audio === false || 'AudioEncoder' in globalThis);
}
