import { invalidParameter } from '../errors.ts';
import type { TaskDetails } from '../map/task-details.ts';
import { type ApiVersion, isStrict } from '../versions.ts';
import { Fields } from './fields.ts';
import { readCanvas, readRegions } from './layout.ts';
import { readStreamLists } from './streams.ts';

/**
 * What a task is after an `UpdateRecord`: streams, background and regions are replaced where the body names them, everything else stays.
 *
 * @throws {VolcengineError} InvalidParameter, also when the task is no composite with a custom layout.
 */
export function readUpdateRecord(value: unknown, version: ApiVersion, before: TaskDetails): TaskDetails {
  const body = new Fields(value, '', isStrict(version));
  if (before.isSingle || before.mode !== 'custom' || before.canvas === null)
    throw invalidParameter('TaskId', 'must name a task with RecordMode 0 and LayoutMode 2');
  const targets = body.has('TargetStreams') ? readStreamLists(body, true).targets : before.targets;
  const layout = body.object('Layout');
  layout?.choice('LayoutMode', [2], 2, true); // the mode of a running task stays
  const custom = layout?.object('CustomLayout') ?? null;
  const canvas = readCanvas(custom?.object('Canvas') ?? null, before.canvas);
  const context = { version, targets };
  if (custom?.has('Regions') === true)
    return { ...before, targets, canvas, regions: readRegions(custom, canvas, context, 'Layout.CustomLayout.Regions') };
  const regions = before.regions.filter(({ streamIndex }) => targets.some(({ index }) => index === streamIndex));
  const bare = targets.find(({ index }) => !regions.some(({ streamIndex }) => streamIndex === index));
  if (bare !== undefined)
    throw invalidParameter('Layout.CustomLayout.Regions', `must have a region for every stream; ${bare.userId} has none`);
  if (targets.length === 0) throw invalidParameter('TargetStreams.StreamList', 'must name the streams of a custom layout');
  return { ...before, targets, canvas, regions };
}
