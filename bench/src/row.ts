/** The same job done by somebody else in the same run. */
export interface Peer {
  readonly name: string;
  /** Same unit as the row's value; null: not measured here, `note` says why. */
  readonly value: number | null;
  /** Our value may be at most this share of the peer's. */
  readonly limitRatio?: number;
  readonly note?: string;
}

/** One measured line of the table. */
export interface RowResult {
  readonly value: number;
  readonly unit: string;
  /** What must be reached, in the row's unit; null: only the peers' ratios count. */
  readonly limit: { readonly atMost?: number; readonly atLeast?: number } | null;
  readonly peers?: readonly Peer[];
  /** Everything else worth keeping, in units that the names say. */
  readonly facts?: Readonly<Record<string, number | string>>;
}

/** One thing the benchmark measures. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Returns one or more results; the id of a part is added to the row's. */
  run(context: RowContext): Promise<Readonly<Record<string, RowResult>>>;
}

/** What a row gets to work with. */
export interface RowContext {
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string;
  /** Shorter media, for a look in passing: the numbers are rougher. */
  readonly isQuick: boolean;
  readonly log: (line: string) => void;
}

/** True when a result meets its limit and every peer's ratio that could be measured. */
export function meets({ value, limit, peers = [] }: RowResult): boolean {
  if (limit?.atMost !== undefined && value > limit.atMost) return false;
  if (limit?.atLeast !== undefined && value < limit.atLeast) return false;
  return peers.every((peer) => peer.value === null || peer.limitRatio === undefined || value <= peer.limitRatio * peer.value);
}
