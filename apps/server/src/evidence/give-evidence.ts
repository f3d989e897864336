import type { RunState } from '../recorder/recording-run.ts';
import { deliveryOf } from '../delivery/recording-delivery.ts';
import { evidenceKey } from './evidence-key.ts';
import type { EvidenceManifest } from './manifest.ts';
import { writeEvidence } from './write-evidence.ts';

/** Signs what a recording left, when it was asked for as evidence. Trouble with it is logged and keeps no recording from its end: log and files stay as they are. */
export async function giveEvidence(
  { claim, context, recordingDir, log }: Pick<RunState, 'claim' | 'context' | 'recordingDir' | 'log'>,
  outputIndexes: readonly number[],
  outcome: EvidenceManifest['outcome'],
): Promise<void> {
  const { config } = context.runtime;
  const { recordingId, applicationId, room, request } = claim;
  // Requests of early versions do not say.
  if (!config.evidence && (request as Partial<typeof request>).evidence !== true) return;
  const deliveries = outputIndexes.map((outputIndex) => deliveryOf(claim, config.dataDir, outputIndex));
  try {
    await writeEvidence({ recordingId, applicationId, room, recordingDir, outcome, deliveries }, evidenceKey(config.dataDir));
    log.info({ outcome }, 'evidence signed');
  } catch (error) {
    log.error({ err: error }, 'evidence could not be signed');
  }
}
