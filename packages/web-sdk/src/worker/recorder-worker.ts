import { TapedeckError } from '@tapedeck/protocol';
import { RecorderStateError } from '../errors.ts';
import type { WorkerCall, WorkerMessage, WorkerValue } from './calls.ts';
import { recoverRecording } from './recover-recording.ts';
import { Recording } from './recording.ts';

/** What of a dedicated worker is used here; TypeScript's DOM library knows only windows. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<{ readonly call: number; readonly ask: WorkerCall }>) => void) | null;
  postMessage(message: WorkerMessage): void;
}

const scope = globalThis as unknown as WorkerScope;
let recording: Recording | null = null;
let queue: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { call, ask } }) => {
  // In order: a source that is added while the recording opens waits for it.
  queue = queue.then(async () => {
    try {
      scope.postMessage({ answer: call, value: await answer(ask) });
    } catch (error) {
      const code = error instanceof TapedeckError ? error.code : 'RECORDER_FAILED';
      scope.postMessage({ answer: call, error: { code, message: error instanceof Error ? error.message : String(error) } });
    }
  });
};

async function answer(ask: WorkerCall): Promise<WorkerValue> {
  switch (ask.do) {
    case 'open':
      recording = await Recording.open(ask.plan, {
        progress: (progress) => scope.postMessage({ progress }),
        ended: (ended) => scope.postMessage({ ended }),
      });
      return null;
    case 'recover':
      return recoverRecording(ask.id);
    case 'stop':
      return running().end('stopped');
    case 'pause':
      running().pause();
      return null;
    case 'resume':
      running().resume();
      return null;
    default:
      change(running(), ask);
      return null;
  }
}

type Change = Extract<
  WorkerCall,
  { readonly do: 'connect-sound' | 'add' | 'hear' | 'delay-sound' | 'remove' | 'delay' | 'set-layout' | 'append' }
>;

function change(on: Recording, ask: Change): void {
  switch (ask.do) {
    case 'connect-sound':
      return on.connectSound(ask.port);
    case 'add':
      return on.add(ask.id, ask.isScreen, ask.order, picturesOf(ask.pictures), ask.levels);
    case 'hear':
      return on.hear(ask.id, ask.sound);
    case 'delay-sound':
      return on.delaySound(ask.id, ask.ms);
    case 'remove':
      return on.remove(ask.id);
    case 'delay':
      return on.delay(ask.id, ask.ms);
    case 'set-layout':
      return on.setLayout(ask.layout);
    case 'append':
      return on.append(ask.bytes);
  }
}

function running(): Recording {
  if (recording === null) throw new RecorderStateError('Nothing is being recorded here.');
  return recording;
}

/** Chromium reads a track in the page and hands the stream over; where tracks themselves can be handed over they are read here. */
function picturesOf(pictures: ReadableStream<VideoFrame> | MediaStreamTrack | null): ReadableStream<VideoFrame> | null {
  if (pictures === null || pictures instanceof ReadableStream) return pictures;
  return 'MediaStreamTrackProcessor' in globalThis
    ? new MediaStreamTrackProcessor({ track: pictures as MediaStreamVideoTrack }).readable
    : null;
}
