import { createRecorder, type Recorder, type RecorderSource } from '@tapedeck/web';
import type { LoopOrder } from './loop-worker.ts';
import { CanvasRecorder } from './canvas-recorder.ts';
import type { MeasuredJob, MeasuredRecording, RecordedBy } from './measured-job.ts';

let running: { readonly startedMs: number; stop(): Promise<{ readonly file: Blob; readonly droppedFrames: number }> } | null = null;
let finished: Blob | null = null;

/** Tracks that send from now on: pictures 1280 × 720 at the job's rate whatever the composite's size. */
function startSources({ fps, people }: MeasuredJob): RecorderSource[] {
  const tracks = people.map(({ identity, isHeard }) => ({
    identity,
    video: new MediaStreamTrackGenerator({ kind: 'video' }),
    audio: isHeard ? new MediaStreamTrackGenerator({ kind: 'audio' }) : null,
  }));
  const order: LoopOrder = {
    ...{ width: 1280, height: 720, fps },
    people: tracks.map(({ identity, video, audio }) => ({ identity, pictures: video.writable, sound: audio?.writable ?? null })),
  };
  const streams = order.people.flatMap(({ pictures, sound }) => (sound === null ? [pictures] : [pictures, sound]));
  new Worker(new URL('./loop-worker.ts', import.meta.url), { type: 'module' }).postMessage(order, streams);
  return tracks.map(({ identity, video, audio }) => ({ id: String(identity), video, audio }));
}

/** Begins to record, or only sends. */
async function start(by: RecordedBy, job: MeasuredJob): Promise<void> {
  const sources = startSources(job);
  const stopper =
    by === 'tapedeck' ? await startTapedeck(sources, job) : by === 'browser' ? await CanvasRecorder.start(sources, job) : null;
  if (stopper !== null) running = { startedMs: performance.now(), stop: () => stopper.stop() };
}

function startTapedeck(sources: readonly RecorderSource[], job: MeasuredJob): Promise<Recorder> {
  const { width, height, fps, bitrateKbps, keyframeS, codec } = job;
  return createRecorder({
    ...{ sources, format: job.container, layout: 'grid' },
    video: { width, height, fps, bitrateKbps, keyframeS, codec },
    audio: { bitrateKbps: job.soundKbps, codec: 'opus' },
  });
}

async function stop(): Promise<MeasuredRecording> {
  if (running === null) throw new Error('Nothing is being recorded.');
  const stoppedMs = performance.now();
  const { file, droppedFrames } = await running.stop();
  const player = document.createElement('video');
  player.muted = true;
  player.src = URL.createObjectURL(file);
  await new Promise<void>((resolve, reject) => {
    player.oncanplay = () => resolve();
    player.onerror = () => reject(new Error(player.error?.message ?? 'the file does not play'));
  });
  const doneMs = performance.now();
  finished = file;
  const facts = { stopMs: doneMs - stoppedMs, recordedMs: stoppedMs - running.startedMs, playerS: player.duration };
  player.removeAttribute('src');
  return { ...facts, sizeBytes: file.size, droppedFrames };
}

/** Sends the finished file to the server. */
async function upload(name: string): Promise<void> {
  const { ok } = await fetch(`/upload/${name}`, { method: 'PUT', body: finished });
  if (!ok) throw new Error(`${name} could not be sent`);
}

/** What the benchmark finds in the window. */
export interface MeasuredPage {
  readonly start: typeof start;
  readonly stop: typeof stop;
  readonly upload: typeof upload;
}

Object.assign(globalThis, { page: { start, stop, upload } satisfies MeasuredPage });
