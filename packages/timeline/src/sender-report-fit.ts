/** Reports that the fit looks back at: 48 s at LiveKit's rate of one in 3 s. */
const MAX_REPORTS = 16;
/** A report further from the fit than this is set aside until the next one confirms it. */
const SUSPECT_US = 300_000;
const CONFIRM_US = 100_000;
/** Below this span the sample clock is taken to run at its nominal rate. */
const MIN_SPAN_US = 10_000_000;
const MAX_SLOPE = 500e-6;

/** What a report did to the fit: `restarted` means that this one and the one before agree on another line than all before them. */
export type ReportVerdict = 'first' | 'fitted' | 'suspect' | { readonly restartedByUs: number };

/**
 * Media time → sender's wall clock (both µs), fitted to the last sender reports of one stretch: the slope is the median of all pairwise slopes (Theil–Sen), the offset the
 * median of what remains, so a few wrong reports have no say. The wall clock is given relative to a base of the caller's choice.
 */
export class SenderReportFit {
  #media: number[] = [];
  #offset: number[] = [];
  #suspect: { readonly media: number; readonly offset: number } | null = null;
  #slope = 0;
  #pivot = 0;
  #pivotOffset = 0;

  get hasReport(): boolean {
    return this.#media.length > 0;
  }
  /** Wall µs per media µs. */
  get slope(): number {
    return 1 + this.#slope;
  }

  add(mediaUs: number, wallUs: number): ReportVerdict {
    const offset = wallUs - mediaUs;
    if (!this.hasReport) {
      this.#push(mediaUs, offset);
      return 'first';
    }
    if (Math.abs(offset - this.#offsetAt(mediaUs)) <= SUSPECT_US) {
      this.#suspect = null;
      this.#push(mediaUs, offset);
      return 'fitted';
    }
    const before = this.#suspect;
    this.#suspect = { media: mediaUs, offset };
    if (before === null || Math.abs(before.offset - offset) > CONFIRM_US) return 'suspect';
    const restartedByUs = offset - this.#offsetAt(mediaUs);
    this.#media = [before.media];
    this.#offset = [before.offset];
    this.#suspect = null;
    this.#push(mediaUs, offset);
    return { restartedByUs };
  }

  wallAt(mediaUs: number): number {
    return mediaUs + this.#offsetAt(mediaUs);
  }

  #offsetAt(mediaUs: number): number {
    return this.#pivotOffset + (mediaUs - this.#pivot) * this.#slope;
  }

  #push(mediaUs: number, offset: number): void {
    if (this.#media.at(-1) === mediaUs) return;
    this.#media.push(mediaUs);
    this.#offset.push(offset);
    if (this.#media.length > MAX_REPORTS) {
      this.#media.shift();
      this.#offset.shift();
    }
    this.#fit();
  }

  #fit(): void {
    const media = this.#media;
    const offset = this.#offset;
    const last = media.length - 1;
    this.#pivot = media[last]!;
    const slopes: number[] = [];
    for (let i = 0; i < last; i++) {
      for (let j = i + 1; j <= last; j++) {
        if (media[j]! - media[i]! >= MIN_SPAN_US) slopes.push((offset[j]! - offset[i]!) / (media[j]! - media[i]!));
      }
    }
    this.#slope = slopes.length < 3 ? 0 : Math.max(-MAX_SLOPE, Math.min(MAX_SLOPE, median(slopes)));
    this.#pivotOffset = median(offset.map((value, index) => value + (this.#pivot - media[index]!) * this.#slope));
  }
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
