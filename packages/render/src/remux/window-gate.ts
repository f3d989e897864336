import type { FrameItem } from '../engine/track-item.ts';
import type { RenderWindow } from '../engine/render-window.ts';

/** A stretch between two keyframes that is larger than this is not kept. */
const mostHeldBytes = 32 * 1024 * 1024;

/** A track that has sent nothing for so long has ended, or is muted. */
const silenceUs = 1_000_000;

interface Held {
  readonly items: FrameItem[];
  bytes: number;
}

/**
 * Lets the frames of a window through. Copied pictures cannot begin in the middle: those of each track come from its last keyframe before the window on, sound from the window's beginning.
 */
export class WindowGate {
  readonly #window: RenderWindow;
  readonly #held = new Map<string, Held>();
  #isOpen: boolean;

  constructor(window: RenderWindow) {
    this.#window = window;
    this.#isOpen = window.fromUs === 0;
  }

  /** The frames that may pass now that `item` has come, in order: `item` itself, what was kept until now and `item`, or none. */
  pass(item: FrameItem): readonly FrameItem[] {
    const { fromUs, untilUs } = this.#window;
    if (item.us >= untilUs) return [];
    if (item.us < fromUs && fromUs > 0) {
      if (item.track.kind === 'video') this.#hold(item);
      // A track that was late when the others were let through follows them.
      return this.#isOpen ? this.#release(item.track.trackSid) : [];
    }
    if (this.#isOpen) return [item];
    this.#isOpen = true;
    const isFresh = item.track.kind === 'video' && item.frame.isKeyframe;
    if (isFresh) this.#held.delete(item.track.trackSid);
    const kept = [...this.#held].filter(([, held]) => isAlive(held, fromUs)).flatMap(([trackSid]) => this.#release(trackSid));
    return [...kept.sort((a, b) => a.us - b.us), item];
  }

  #hold(item: FrameItem): void {
    const { trackSid } = item.track;
    if (item.frame.isKeyframe) this.#held.set(trackSid, { items: [], bytes: 0 });
    const held = this.#held.get(trackSid);
    if (held === undefined) return;
    held.items.push(item);
    held.bytes += item.frame.data.length;
    if (held.bytes > mostHeldBytes) this.#held.delete(trackSid);
  }

  #release(trackSid: string): readonly FrameItem[] {
    const items = this.#held.get(trackSid)?.items ?? [];
    this.#held.set(trackSid, { items: [], bytes: 0 });
    return items;
  }
}

/** The track still sends when the window begins. */
function isAlive({ items }: Held, fromUs: number): boolean {
  return (items.at(-1)?.us ?? -Infinity) >= fromUs - silenceUs;
}
