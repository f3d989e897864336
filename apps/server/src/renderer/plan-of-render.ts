import type { RenderStep } from '@tapedeck/catalogue';
import { type OutputRequest, planRender, type RenderPlan } from '@tapedeck/render';

/**
 * The plan of a render: what was asked for, with what the recording itself says about fill and slices. Who was recorded when is the log's to tell (its rules may have
 * changed meanwhile); the render leaves out more where it names people. A render that names no layout begins with the recording's first one and goes through the
 * changes of the session.
 *
 * @param layout The layout that was asked for, with its pictures kept; null: see above.
 */
export function planOfRender(
  { request, recording, recordingId, plans }: Pick<RenderStep, 'request' | 'recording' | 'recordingId' | 'plans'>,
  layout: unknown,
): RenderPlan {
  const { range, people, keepsLayout } = request;
  const drawn = (keepsLayout ? layout : (firstLayout(plans) ?? layout)) as NonNullable<OutputRequest['layout']> | null;
  const output: OutputRequest =
    request.output.type === 'composite' && drawn !== null ? { ...request.output, layout: drawn } : request.output;
  const { subscribe: _subscribe, ...rules } = recording;
  return planRender(output, recordingId, 0, {
    ...rules,
    ...(people !== null && { subscribe: { audio: people, video: people } }),
    window: range,
    extras: [],
    keepsLayout,
  });
}

/** The layout with which the recording's own composite began; null when it had none. */
export function firstLayout(plans: RenderStep['plans']): RenderPlan['layout'] | null {
  const composite = (plans ?? []).map((plan) => plan as RenderPlan).find(({ type }) => type === 'composite');
  return composite?.layout ?? null;
}
