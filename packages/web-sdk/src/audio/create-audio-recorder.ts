import { ValidationError } from '@tapedeck/protocol';
import { defaultName, newId } from '../recorder/options.ts';
import { RecorderUnsupportedError } from '../errors.ts';
import { WebCodecsRecorder, type Recorder, type RecordedMedia } from '../recorder/recorder.ts';
import { canReadTracks } from './sound-input.ts';
import type { RecordingPlan } from '../worker/plan.ts';

/** A sound that may be recorded. */
export interface AudioRecorderSource {
  readonly id: string;
  readonly audio: MediaStreamTrack;
  /** True: this device's own microphone or screen. Default false. */
  readonly isLocal?: boolean;
}

/** What `createAudioRecorder` is given. Everything but `sources` has a default. */
export interface AudioRecorderOptions {
  readonly sources: readonly AudioRecorderSource[];
  /** `aac` is a plain .aac file (ADTS), `opus` an Ogg file. Default `wav`. */
  readonly format?: 'wav' | 'aac' | 'mp3' | 'opus';
  /** Default 32000. Opus is always at 48000. */
  readonly sampleRateHz?: 16_000 | 32_000 | 44_100 | 48_000;
  readonly channels?: 1 | 2;
  /** For one channel: AAC 32, 64 or 96 kbit/s, MP3 and Opus 32, 64 or 128. Default `medium`. */
  readonly quality?: 'low' | 'medium' | 'high';
  /** Whose sound: everybody's (default), this device's own, or everybody else's. */
  readonly position?: 'mixed' | 'local' | 'remote';
  /** Over 0: only the last so many seconds (at most 3600) are kept, on disk; the file is made at the end. Default 0: everything. */
  readonly cycleS?: number;
  readonly target?: 'private' | FileSystemFileHandle;
  readonly name?: string;
}

/** A recorder of sound: no pictures, no layout. */
export interface AudioRecorder extends Omit<Recorder, 'addSource' | 'setLayout'> {
  /** Adds a source, or takes the place of the one with its id. One that `position` leaves out is not heard. @throws {RecorderStateError} RECORDER_STATE after the end. */
  addSource(source: AudioRecorderSource): void;
  stop(): Promise<RecordedMedia>;
}

const kbitPerQuality = { low: 32, medium: 64, high: 128 } as const;
/** Most that AAC can have in one channel at 16 kHz. */
const mostKbitOfAac = 96;

/**
 * Starts to record sound alone and resolves when it records. What is recorded is on disk at once; a WAV file's header is right at any moment.
 *
 * @throws {ValidationError} INVALID_REQUEST naming the option.
 * @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when the browser has no fitting encoder.
 * @throws {RecorderAudioBlockedError} RECORDER_AUDIO_BLOCKED before the user has touched the page.
 */
export async function createAudioRecorder(options: AudioRecorderOptions): Promise<AudioRecorder> {
  const { position = 'mixed', sources, target = 'private' } = options;
  if (!('AudioWorkletNode' in globalThis)) throw new RecorderUnsupportedError('This browser has no audio worklets.');
  const isHeard = ({ isLocal = false }: AudioRecorderSource): boolean => position === 'mixed' || isLocal === (position === 'local');
  const heard = sources.filter(isHeard).map(({ id, audio }) => ({ id, audio }));
  const recorder = await WebCodecsRecorder.open(planAudioRecording(options), heard, target);
  return {
    get id() {
      return recorder.id;
    },
    get state() {
      return recorder.state;
    },
    on: (name, listener) => recorder.on(name, listener),
    off: (name, listener) => recorder.off(name, listener),
    pause: () => recorder.pause(),
    resume: () => recorder.resume(),
    addSource(source) {
      if (isHeard(source)) recorder.addSource({ id: source.id, audio: source.audio });
      else recorder.removeSource(source.id);
    },
    removeSource: (id) => recorder.removeSource(id),
    stop: () => recorder.stop(),
  };
}

function planAudioRecording(options: AudioRecorderOptions): RecordingPlan {
  const { format = 'wav', sampleRateHz = 32_000, channels = 1, quality = 'medium', cycleS = 0 } = options;
  if (!['wav', 'aac', 'mp3', 'opus'].includes(format)) throw new ValidationError('format', 'must be wav, aac, mp3 or opus', format);
  if (![16_000, 32_000, 44_100, 48_000].includes(sampleRateHz))
    throw new ValidationError('sampleRateHz', 'must be 16000, 32000, 44100 or 48000', sampleRateHz);
  if (!Object.hasOwn(kbitPerQuality, quality)) throw new ValidationError('quality', 'must be low, medium or high', quality);
  if (!(cycleS >= 0 && cycleS <= 3600)) throw new ValidationError('cycleS', 'must be a number from 0 to 3600', cycleS);
  const kbit = format === 'aac' ? Math.min(mostKbitOfAac, kbitPerQuality[quality]) : kbitPerQuality[quality];
  const bitrateBps = kbit * 1000 * channels;
  return {
    id: newId(),
    name: options.name ?? defaultName(),
    format,
    video: null,
    audio: { rateHz: format === 'opus' ? 48_000 : sampleRateHz, channels, bitrateBps, codec: null },
    layout: { name: 'grid', options: {} },
    cycleS,
    mixesTracks: canReadTracks(),
    isForeign: false,
  };
}
