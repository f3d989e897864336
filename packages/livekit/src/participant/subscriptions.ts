import { UpdateSubscription, UpdateTrackSettings, VideoQuality } from '@livekit/protocol';
import type { RecorderOptions } from './recorder-options.ts';
import type { SignalRequestMessage } from './signal-connection.ts';
import type { Publication } from './types.ts';

const qualities = { low: VideoQuality.LOW, medium: VideoQuality.MEDIUM, high: VideoQuality.HIGH } as const;

/** Which tracks the server has been asked for, kept equal to what the rule says. A request that could not be sent is made at the next {@link apply}. */
export class Subscriptions {
  readonly #options: Pick<RecorderOptions, 'shouldSubscribe' | 'chooseLayer'>;
  readonly #send: (message: SignalRequestMessage) => boolean;
  readonly #trackSids = new Map<string, Publication['kind']>();

  /** @param send False: the signal connection is gone. */
  constructor(options: Pick<RecorderOptions, 'shouldSubscribe' | 'chooseLayer'>, send: (message: SignalRequestMessage) => boolean) {
    this.#options = options;
    this.#send = send;
  }

  /** Kind of each track asked for, by its sid. */
  get trackSids(): ReadonlyMap<string, Publication['kind']> {
    return this.#trackSids;
  }

  /** How many tracks of each kind are asked for. */
  get counts(): { readonly audio: number; readonly video: number } {
    const audio = [...this.#trackSids.values()].filter((kind) => kind === 'audio').length;
    return { audio, video: this.#trackSids.size - audio };
  }

  /** Asks the rule about one publication and the server for the difference; new video comes with its choice of layer. */
  apply(publication: Publication): void {
    const { trackSid } = publication;
    const isWanted = this.#options.shouldSubscribe?.(publication) ?? true;
    if (isWanted === this.#trackSids.has(trackSid)) return;
    const request = new UpdateSubscription({ trackSids: [trackSid], subscribe: isWanted });
    if (!this.#send({ case: 'subscription', value: request })) return;
    if (isWanted) this.#trackSids.set(trackSid, publication.kind);
    else this.#trackSids.delete(trackSid);
    if (isWanted && publication.kind === 'video') this.#chooseLayer(publication);
  }

  /** The track has ended. */
  forget(trackSid: string): void {
    this.#trackSids.delete(trackSid);
  }

  /** A new participant of ours begins without subscriptions. */
  clear(): void {
    this.#trackSids.clear();
  }

  #chooseLayer(publication: Publication): void {
    const { quality = 'high', width, height, fps } = this.#options.chooseLayer?.(publication) ?? {};
    const settings = new UpdateTrackSettings({
      ...{ trackSids: [publication.trackSid], quality: qualities[quality] },
      ...(width === undefined || height === undefined ? {} : { width, height }),
      ...(fps === undefined ? {} : { fps }),
    });
    this.#send({ case: 'trackSetting', value: settings });
  }
}
