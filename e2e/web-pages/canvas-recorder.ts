import type { RecorderSource } from '@tapedeck/web';
import type { MeasuredJob } from './measured-job.ts';

/** `videoKeyFrameIntervalDuration` is not in TypeScript's library yet. */
type Options = MediaRecorderOptions & { readonly videoKeyFrameIntervalDuration: number };

/**
 * The browser's own way, as lean as it goes: a 2D canvas is drawn in the page as often as the recording has pictures, an audio context sums the sound, `MediaRecorder` records both. Neither the canvas nor the
 * players are shown.
 */
export class CanvasRecorder {
  readonly #recorder: MediaRecorder;
  readonly #chunks: Blob[] = [];
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(recorder: MediaRecorder, timer: ReturnType<typeof setInterval>) {
    this.#recorder = recorder;
    this.#timer = timer;
    recorder.ondataavailable = ({ data }) => void this.#chunks.push(data);
  }

  /** Resolves when it records; the grid is of two columns. */
  static async start(sources: readonly RecorderSource[], job: MeasuredJob): Promise<CanvasRecorder> {
    const { width, height, fps, bitrateKbps, soundKbps, keyframeS } = job;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d', { alpha: false });
    if (pen === null) throw new Error('There is no 2D canvas.');
    const players = await Promise.all(sources.map(({ video }) => play(video)));
    const draw = (): void => {
      for (const [index, player] of players.entries())
        pen.drawImage(player, (index % 2) * (width / 2), Math.floor(index / 2) * (height / 2), width / 2, height / 2);
    };
    const stream = canvas.captureStream(fps);
    stream.addTrack(mixed(sources));
    const options: Options = {
      mimeType: mimeTypeOf(job),
      videoBitsPerSecond: bitrateKbps * 1000,
      audioBitsPerSecond: soundKbps * 1000,
      videoKeyFrameIntervalDuration: keyframeS * 1000,
    };
    const recorder = new CanvasRecorder(new MediaRecorder(stream, options), setInterval(draw, 1000 / fps));
    recorder.#recorder.start(1000);
    return recorder;
  }

  /** Resolves with the file. The browser does not say what it dropped. */
  async stop(): Promise<{ readonly file: Blob; readonly droppedFrames: number }> {
    const stopped = new Promise((resolve) => (this.#recorder.onstop = resolve));
    this.#recorder.stop();
    await stopped;
    clearInterval(this.#timer);
    return { file: new Blob(this.#chunks, { type: this.#recorder.mimeType }), droppedFrames: 0 };
  }
}

/** @throws {Error} when this browser records nothing of the kind. */
function mimeTypeOf({ container, codec }: MeasuredJob): string {
  const type = `video/${container};codecs=${codec === 'h264' ? 'avc1.64001F' : codec},opus`;
  if (!MediaRecorder.isTypeSupported(type)) throw new Error(`This browser's MediaRecorder has no ${type}.`);
  return type;
}

async function play(track: MediaStreamTrack | null | undefined): Promise<HTMLVideoElement> {
  const player = Object.assign(document.createElement('video'), { muted: true, srcObject: new MediaStream(track ? [track] : []) });
  await player.play();
  return player;
}

function mixed(sources: readonly RecorderSource[]): MediaStreamTrack {
  const context = new AudioContext({ sampleRate: 48_000 });
  const sum = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  for (const { audio } of sources) if (audio) context.createMediaStreamSource(new MediaStream([audio])).connect(sum);
  const [track] = sum.stream.getAudioTracks();
  if (!track) throw new Error('The audio context has no track.');
  return track;
}
