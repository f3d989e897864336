import type { WorkerLink } from '../recorder/worker-link.ts';
import type { AudioPlan } from '../worker/plan.ts';
import { AudioMixer } from './audio-mixer.ts';
import { SoundPump } from './sound-pump.ts';

/** How a recorder's sound gets into its worker. */
export interface SoundInput {
  /** Adds a track or takes the place of the one by that id. Resolves nothing: what fails is a silent track. Returns a port on which its level is told, when the worker does not measure it itself. */
  add(id: string, track: MediaStreamTrack): MessagePort | null;
  setDelay(id: string, ms: number): void;
  remove(id: string): void;
  close(): Promise<void>;
}

/** Whether this browser hands the samples of a track out as they come. */
export function canReadTracks(): boolean {
  return 'MediaStreamTrackProcessor' in globalThis;
}

/**
 * Chromium: the worker reads the tracks and mixes them itself, by its own clock, so that a busy machine costs no sound. Elsewhere an audio context mixes in a worklet, whose samples are the clock.
 *
 * @throws {RecorderAudioBlockedError} RECORDER_AUDIO_BLOCKED where a context is needed and the user has not touched the page.
 */
export async function openSoundInput(plan: AudioPlan, link: WorkerLink): Promise<SoundInput> {
  if (canReadTracks()) return new TrackInput(link);
  const mixer = await AudioMixer.open(plan.rateHz, plan.channels);
  const { port1, port2 } = new MessageChannel();
  await link.call({ do: 'connect-sound', port: port2 }, [port2]);
  mixer.sendTo(port1);
  return mixer;
}

class TrackInput implements SoundInput {
  readonly #link: WorkerLink;
  readonly #pumps = new Map<string, SoundPump>();

  constructor(link: WorkerLink) {
    this.#link = link;
  }

  add(id: string, track: MediaStreamTrack): null {
    this.remove(id);
    if (track.readyState === 'ended') return null;
    this.#pumps.set(id, new SoundPump(track));
    const sound = new MediaStreamTrackProcessor({ track: track as MediaStreamAudioTrack, maxBufferSize: 300 }).readable;
    this.#tell({ do: 'hear', id, sound }, [sound]);
    return null;
  }

  #tell(ask: Parameters<WorkerLink['call']>[0], transfer: Transferable[] = []): void {
    void this.#link.call(ask, transfer).catch((error: unknown) => reportError(error));
  }

  setDelay(id: string, ms: number): void {
    this.#tell({ do: 'delay-sound', id, ms });
  }

  remove(id: string): void {
    const pump = this.#pumps.get(id);
    this.#pumps.delete(id);
    pump?.close();
    if (pump) this.#tell({ do: 'hear', id, sound: null });
  }

  close(): Promise<void> {
    for (const pump of this.#pumps.values()) pump.close();
    this.#pumps.clear();
    return Promise.resolve();
  }
}
