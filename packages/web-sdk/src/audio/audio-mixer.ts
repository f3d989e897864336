import { RecorderAudioBlockedError } from '../errors.ts';
import { addMixWorklet } from './mix-worklet.ts';
import type { SoundInput } from './sound-input.ts';
import { SoundPump } from './sound-pump.ts';

/** Samples per block: 21 ms at 48 kHz. A multiple of the worklet's 128. */
const blockFrames = 1024;
const resumeMs = 2000;

interface Input {
  readonly track: MediaStreamTrack;
  readonly node: MediaStreamAudioSourceNode;
  readonly delay: DelayNode;
  readonly level: AudioWorkletNode;
  readonly pump: SoundPump;
}

/** Sums audio tracks into one sound at one rate and hands it out in blocks, with the context's sample numbers. Plays nothing. */
export class AudioMixer implements SoundInput {
  readonly #context: AudioContext;
  readonly #mix: AudioWorkletNode;
  readonly #inputs = new Map<string, Input>();

  private constructor(context: AudioContext, channels: 1 | 2) {
    this.#context = context;
    this.#mix = new AudioWorkletNode(context, 'tapedeck-mix', {
      ...{ channelCount: channels, channelCountMode: 'explicit', processorOptions: { channels, blockFrames } },
    });
    this.#mix.connect(context.destination); // without a way to the end it would not be run; its output is silent
  }

  /**
   * @throws {RecorderAudioBlockedError} RECORDER_AUDIO_BLOCKED before the user has touched the page.
   */
  static async open(rateHz: number, channels: 1 | 2): Promise<AudioMixer> {
    // Chromium: no device behind it, so that one that is unplugged changes nothing.
    const options: AudioContextOptions & { readonly sinkId: object } = { sampleRate: rateHz, sinkId: { type: 'none' } };
    const context = new AudioContext(options);
    try {
      await addMixWorklet(context);
      const isRunning = await Promise.race([
        context.resume().then(() => true),
        new Promise<boolean>((no) => setTimeout(no, resumeMs, false)),
      ]);
      if (!isRunning) throw new RecorderAudioBlockedError();
      return new AudioMixer(context, channels);
    } catch (cause) {
      await context.close();
      throw cause;
    }
  }

  /** Blocks go to this port from now on. */
  sendTo(port: MessagePort): void {
    this.#mix.port.postMessage(port, [port]);
  }

  /**
   * Adds a track or takes the place of the one by that id. Its level is told to the port returned, five times a second.
   * A track that ends is silent.
   */
  add(id: string, track: MediaStreamTrack): MessagePort {
    this.remove(id);
    const pump = new SoundPump(track);
    const node = this.#context.createMediaStreamSource(new MediaStream([track]));
    const level = new AudioWorkletNode(this.#context, 'tapedeck-level', { numberOfOutputs: 1 });
    const delay = new DelayNode(this.#context, { maxDelayTime: 1 });
    node.connect(delay).connect(this.#mix);
    node.connect(level).connect(this.#context.destination);
    const { port1, port2 } = new MessageChannel();
    level.port.postMessage(port1, [port1]);
    this.#inputs.set(id, { track, node, delay, level, pump });
    return port2;
  }

  /** Lets an input be heard so much later; changes glide over half a second. */
  setDelay(id: string, ms: number): void {
    this.#inputs.get(id)?.delay.delayTime.setTargetAtTime(ms / 1000, this.#context.currentTime, 0.15);
  }

  /** Does nothing when there is no such input. */
  remove(id: string): void {
    const input = this.#inputs.get(id);
    if (!input) return;
    this.#inputs.delete(id);
    input.node.disconnect();
    input.delay.disconnect();
    input.level.port.postMessage(null);
    input.level.disconnect();
    input.pump.close();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const id of [...this.#inputs.keys()]) this.remove(id);
    this.#mix.port.postMessage(null);
    if (this.#context.state !== 'closed') await this.#context.close();
  }
}
