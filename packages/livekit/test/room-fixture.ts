import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinAsRecorder, startLiveKitServer } from '@tapedeck/livekit';
import type { LiveKitServer, ReceivedTrack, RecorderOptions, RecorderParticipant, RoomEvent, StartOptions } from '@tapedeck/livekit';

export const pair = { key: 'devkey', secret: 'a-secret-of-at-least-thirty-two-bytes' };

// A test that fails before it disposes of its server must not leave one running.
const running = new Set<number>();
process.on('exit', () => running.forEach((pid) => process.kill(pid, 'SIGKILL')));

/** A server in a folder of its own; `stop` removes both. */
export async function startServer(
  binary: string,
  options: Partial<StartOptions> = {},
): Promise<LiveKitServer & { readonly dataDir: string; dispose(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-livekit-'));
  const server = await startLiveKitServer({ binary, dataDir, keys: [pair], ...options });
  running.add(server.pid);
  void server.exited.then(() => running.delete(server.pid));
  const dispose = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...server, dataDir, dispose };
}

/** What one track of a {@link Listener} got. */
export interface HeardTrack {
  readonly track: ReceivedTrack;
  readonly sequenceNumbers: number[];
  readonly ssrcs: Set<number>;
  rtcpPackets: number;
}

/** A recorder participant that keeps what it hears, and waits for conditions without polling. */
export class Listener {
  readonly events: RoomEvent[] = [];
  readonly tracks = new Map<string, HeardTrack>();
  readonly #waiting = new Set<() => void>();
  participant!: RecorderParticipant;

  static async join(
    url: string,
    options: Partial<RecorderOptions> & { readonly room?: string; readonly identity?: string } = {},
  ): Promise<Listener> {
    const listener = new Listener();
    const { room = 'room', identity = 'recorder', ...rest } = options;
    listener.participant = await joinAsRecorder({
      ...{ url, auth: { ...pair, room, identity } },
      onEvent: (event) => listener.#changed(() => listener.events.push(event)),
      openTrack: (track) => listener.#open(track),
      ...rest,
    });
    return listener;
  }

  /** Resolves as soon as `isTrue` holds; looked at after every event and packet. */
  async until(isTrue: () => boolean, timeoutMs = 15_000): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not reached within ${timeoutMs} ms: ${isTrue.toString()}; events: ${JSON.stringify(this.events.slice(-8))}`));
      }, timeoutMs);
      const look = (): void => {
        if (!isTrue()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  has(type: RoomEvent['type']): boolean {
    return this.events.some((event) => event.type === type);
  }

  count(type: RoomEvent['type']): number {
    return this.events.filter((event) => event.type === type).length;
  }

  get packets(): number {
    return [...this.tracks.values()].reduce((sum, { sequenceNumbers }) => sum + sequenceNumbers.length, 0);
  }

  #open(track: ReceivedTrack): RecorderOptions['openTrack'] extends (track: ReceivedTrack) => infer Sink ? Sink : never {
    const heard = this.tracks.get(track.trackSid) ?? { track, sequenceNumbers: [], ssrcs: new Set(), rtcpPackets: 0 };
    this.tracks.set(track.trackSid, heard);
    return (kind, bytes) =>
      this.#changed(() => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (kind === 'rtcp') return void heard.rtcpPackets++;
        heard.sequenceNumbers.push(view.getUint16(2));
        heard.ssrcs.add(view.getUint32(8));
      });
  }

  #changed(change: () => unknown): void {
    change();
    for (const look of [...this.#waiting]) look();
  }
}

/** Sequence numbers missing between the first and the last, whatever the order. */
export function missingNumbers(sequenceNumbers: readonly number[]): number {
  const first = sequenceNumbers[0] ?? 0;
  const unwrapped = new Set(sequenceNumbers.map((number) => ((number - first) << 16) >> 16));
  return Math.max(...unwrapped) - Math.min(...unwrapped) + 1 - unwrapped.size;
}
