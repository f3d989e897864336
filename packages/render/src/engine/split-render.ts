import { openLog } from '@tapedeck/rtplog';
import type { LogEpoch } from '@tapedeck/rtplog';
import { PlanError } from '../errors.ts';
import type { RenderPlan } from '../plan.ts';
import { slotOf } from '../remux/track-slot.ts';
import { windowOf } from './render-window.ts';

/** A range of an output's parts by the instant at which they begin, µs since the output's first instant. */
export interface RenderRange {
  readonly fromUs: number;
  /** null: to the end. */
  readonly untilUs: number | null;
}

/** What one process makes of a render: a range of a composite, or some of the individual files; both null: everything. */
export interface RenderShare {
  readonly range: RenderRange | null;
  readonly keys: readonly string[] | null;
  /** About which recording time it makes, ms: to tell how far it is. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A range is worth its lead-in (the log before it is read, decoders start at a keyframe) from this length on. */
const shortestRangeUs = 60e6;
const mostShares = 16;

/**
 * Divides an offline render of a sealed log into shares that any processes may render in any order: a composite by time (its parts are joined
 * afterwards), individual files by participant. Copied files are one share: they cost little more than reading the log.
 *
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND · {PlanError} RENDER_PLAN when the plan's window begins behind the end.
 */
export async function splitRender(recordingDir: string, plan: RenderPlan): Promise<readonly RenderShare[]> {
  const { epochs } = await openLog(recordingDir);
  const { fromUs, untilUs } = windowOf(plan);
  const endUs = aboutUs(epochs);
  if (fromUs > 0 && endUs <= fromUs)
    throw new PlanError('range.fromMs', fromUs / 1000, `less than the recording's length of ${endUs / 1000} ms`);
  const durationUs = Math.max(0, Math.min(untilUs, endUs) - fromUs);
  const whole: RenderShare = { range: null, keys: null, fromMs: fromUs / 1000, untilMs: (fromUs + durationUs) / 1000 };
  if (plan.mode === 'remux') return [whole];
  if (plan.type === 'individual') return splitByKey(epochs, plan, whole);
  const count = Math.min(mostShares, Math.floor(durationUs / shortestRangeUs));
  if (count <= 1) return [whole];
  return Array.from({ length: count }, (_, index) => {
    const from = Math.round((durationUs * index) / count);
    const until = Math.round((durationUs * (index + 1)) / count);
    const range = { fromUs: from, untilUs: index === count - 1 ? null : until };
    return { range, keys: null, fromMs: (fromUs + from) / 1000, untilMs: (fromUs + until) / 1000 };
  });
}

/** True when the shares leave parts that `joinRanges` makes the files of. */
export function isJoined(shares: readonly RenderShare[]): boolean {
  return shares.some(({ range }) => range !== null);
}

function splitByKey(epochs: readonly LogEpoch[], plan: RenderPlan, whole: RenderShare): RenderShare[] {
  const sizes = new Map<string, number>();
  for (const { header, segments } of epochs.flatMap(({ tracks }) => tracks)) {
    const { participantIdentity: identity, participantName: name, trackSid, participantSid, kind, source } = header;
    const { key } = slotOf({ trackSid, participantSid, identity, name, kind, source }, plan.merge);
    sizes.set(
      key,
      segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, sizes.get(key) ?? 0),
    );
  }
  const count = Math.min(mostShares, sizes.size);
  if (count <= 1) return [whole];
  // The largest first, each into the share that has least.
  const shares = Array.from({ length: count }, () => ({ sizeBytes: 0, keys: new Array<string>() }));
  for (const [key, sizeBytes] of [...sizes].sort((a, b) => b[1] - a[1])) {
    const share = shares.reduce((least, other) => (other.sizeBytes < least.sizeBytes ? other : least));
    share.sizeBytes += sizeBytes;
    share.keys.push(key);
  }
  return shares.map(({ keys }) => ({ ...whole, keys }));
}

/** How long the recording is, from events and seals alone: pauses count, so it may be less. Only where ranges are cut depends on it. */
function aboutUs(epochs: readonly LogEpoch[]): number {
  return Math.max(
    0,
    ...epochs.map(({ started, seal }) => (started === null || seal === null ? 0 : started.recordingUs + seal.endedUs - started.us)),
  );
}
