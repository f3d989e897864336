import type { SessionEvent } from '@tapedeck/rtplog';

/** The stretches of recording time in which a recording was paused and held: files keep the last picture and silence in them. */
export class HeldPauses {
  readonly #pauses: { readonly fromUs: number; untilUs: number }[] = [];

  /** Takes the next session event; `us` is its recording time. A pause goes on through the change of a recorder until `resumed`. */
  take(event: SessionEvent, us: number): void {
    const open = this.#pauses.at(-1)?.untilUs === Infinity;
    if (event.type === 'paused' && event.mode === 'hold' && !open) this.#pauses.push({ fromUs: us, untilUs: Infinity });
    else if (event.type === 'resumed' && open) (this.#pauses.at(-1) as { untilUs: number }).untilUs = us;
  }

  /** True when `us` lies in one of them. */
  has(us: number): boolean {
    return this.#pauses.some(({ fromUs, untilUs }) => us >= fromUs && us < untilUs);
  }
}
