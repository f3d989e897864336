import type { Manifest } from '../store/recording-store.ts';
import type { Ending, LayoutPlan, Progress, RecordingPlan } from './plan.ts';

/** What the page asks of a worker. Streams, tracks and ports are transferred. */
export type WorkerCall =
  | { readonly do: 'open'; readonly plan: RecordingPlan }
  | { readonly do: 'connect-sound'; readonly port: MessagePort }
  | {
      readonly do: 'add';
      readonly id: string;
      readonly isScreen: boolean;
      readonly order: number;
      readonly pictures: ReadableStream<VideoFrame> | MediaStreamTrack | null;
      readonly levels: MessagePort | null;
    }
  | { readonly do: 'hear'; readonly id: string; readonly sound: ReadableStream<AudioData> | null }
  | { readonly do: 'delay-sound'; readonly id: string; readonly ms: number }
  | { readonly do: 'remove'; readonly id: string }
  | { readonly do: 'delay'; readonly id: string; readonly ms: number }
  | { readonly do: 'set-layout'; readonly layout: LayoutPlan }
  | { readonly do: 'pause' | 'resume' | 'stop' }
  | { readonly do: 'append'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly do: 'recover'; readonly id: string };

/** An answer's value, by what was asked. */
export type WorkerValue = Ending | Manifest | null;

/** What a worker says: answers by number, and news. */
export type WorkerMessage =
  | { readonly answer: number; readonly value: WorkerValue }
  | { readonly answer: number; readonly error: { readonly code: string; readonly message: string } }
  | { readonly progress: Progress }
  | { readonly ended: Ending };
