/** The receivers of one person's tracks in a call: from them the recorder learns how far sound and picture are apart. */
export interface SourceReceivers {
  readonly video: RTCRtpReceiver;
  readonly audio: RTCRtpReceiver;
}

const lookMs = 500;
const rememberedLooks = 3;
/** A difference smaller than this is left alone: each change moves a picture or stretches sound. */
const smallestChangeMs = 8;
const largestDelayMs = 1000;
/** What no receiver counts: at the sender a packet of Opus waits for its 20 ms to be full and looks 6.5 ms ahead; less the block of 10 ms in which the sound is handed out. */
const packetMs = 16.5;

interface Waited {
  readonly seconds: number;
  readonly count: number;
}

interface Watched {
  readonly receivers: SourceReceivers;
  readonly leads: number[];
  last: { readonly video: Waited; readonly audio: Waited } | null;
  appliedMs: number;
}

/**
 * Keeps sound and picture of people in a call together. A receiver holds sound and picture of two streams each as long as its jitter buffer wants, and only when the server bundles them does the browser align them (LiveKit does
 * not by default). Each receiver counts how long what it gave out had waited; the difference is made up by delaying the picture, or the sound where that is ahead.
 *
 * @see W3C webrtc-stats, `jitterBufferDelay` (sound), `totalProcessingDelay` (pictures)
 */
export class LipSync {
  readonly #watched = new Map<string, Watched>();
  readonly #apply: (id: string, pictureDelayMs: number) => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param apply Is told by how much a source's picture is to be delayed; below 0, by how much its sound. */
  constructor(apply: (id: string, pictureDelayMs: number) => void) {
    this.#apply = apply;
  }

  /** Begins to look after a source, or stops with null. */
  watch(id: string, receivers: SourceReceivers | null): void {
    const known = this.#watched.get(id);
    if (receivers === null) this.#watched.delete(id);
    else if (known?.receivers.video !== receivers.video || known.receivers.audio !== receivers.audio) {
      this.#watched.set(id, { receivers, leads: [], last: null, appliedMs: 0 });
      void this.#look(id);
    }
    if (this.#watched.size > 0) this.#timer ??= setInterval(() => this.#lookAtAll(), lookMs);
  }

  #lookAtAll(): void {
    for (const id of this.#watched.keys()) void this.#look(id);
  }

  async #look(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (!watched) return;
    const [video, audio] = await Promise.all([waitedOf(watched.receivers.video), waitedOf(watched.receivers.audio)]);
    if (video === null || audio === null || this.#watched.get(id) !== watched) return;
    const { last } = watched;
    watched.last = { video, audio };
    const [pictureMs, soundMs] = last === null ? [null, null] : [meanWaitMs(last.video, video), meanWaitMs(last.audio, audio)];
    if (pictureMs === null || soundMs === null) return;
    watched.leads.push(soundMs + packetMs - pictureMs);
    if (watched.leads.length > rememberedLooks) watched.leads.shift();
    const lead = watched.leads.toSorted((a, b) => a - b)[watched.leads.length >> 1] ?? 0;
    if (Math.abs(lead) > largestDelayMs || Math.abs(lead - watched.appliedMs) < smallestChangeMs) return;
    watched.appliedMs = lead;
    this.#apply(id, lead);
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }
}

/** What of a receiver's report is looked at; sums since the beginning. */
interface ReceiverSums {
  readonly type: string;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
  readonly totalProcessingDelay?: number;
  readonly framesDecoded?: number;
}

/** Since the beginning: seconds that samples or pictures waited in all, and how many they were. Null while the receiver does not say. */
async function waitedOf(receiver: RTCRtpReceiver): Promise<Waited | null> {
  for (const entry of (await receiver.getStats()).values() as Iterable<ReceiverSums>) {
    if (entry.type !== 'inbound-rtp') continue;
    const isVideo = entry.framesDecoded !== undefined;
    const [seconds, count] = isVideo
      ? [entry.totalProcessingDelay, entry.framesDecoded]
      : [entry.jitterBufferDelay, entry.jitterBufferEmittedCount];
    if (seconds !== undefined && count !== undefined) return { seconds, count };
  }
  return null;
}

/** How long those that came between two looks waited on average, in ms; null when none came. */
function meanWaitMs(before: Waited, now: Waited): number | null {
  return now.count > before.count ? ((now.seconds - before.seconds) / (now.count - before.count)) * 1000 : null;
}
