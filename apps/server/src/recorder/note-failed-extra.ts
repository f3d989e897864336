import type { ExtraNotice } from '@tapedeck/render';
import type { RunState } from './recording-run.ts';

/** Says in the recording's history that an extra could not be made. Its files are whole: the recording goes on to its end. */
export function noteFailedExtra(state: RunState, output: number, { extra, detail }: ExtraNotice): void {
  const { claim, context, writes, log } = state;
  log.error({ extra, output, detail }, 'an extra cannot be made');
  writes.push('extra', () => context.catalogue.leases.event(claim, 'recording.extra_failed', { extra, output, detail }));
}
