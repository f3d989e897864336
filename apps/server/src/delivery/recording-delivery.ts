import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim, FileRow } from '@tapedeck/catalogue';
import type { FileNaming, Output, RecordingError } from '@tapedeck/protocol';
import { RecordingElsewhereError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { CatalogueWrites } from '../recorder/catalogue-writes.ts';
import { paths } from '../recorder/paths.ts';
import type { RecorderContext } from '../recorder/recorder-context.ts';
import { deliverRecording } from './deliver-recording.ts';
import { createDeliveryTracker } from './delivery-tracker.ts';
import { type LiveDelivery, startLiveDelivery } from './live-delivery.ts';
import type { Delivery } from './output-delivery.ts';

const firstRetryMs = 1_000;

/** What a claimed recording's delivery works with. */
export interface DeliveryRun {
  readonly claim: Claim;
  readonly context: RecorderContext;
  readonly writes: CatalogueWrites;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The way of one recording's files, from the first growing one to the last whole one. */
export interface RecordingDelivery {
  /** Begins to bring the outputs' files while they grow. Once. */
  follow(outputIndexes: readonly number[]): void;
  /** Brings everything, after all renders have ended. `parked`: the recording was let go of, to be asked for again later. */
  finish(outputIndexes: readonly number[]): Promise<'delivered' | 'parked'>;
  /** Lets go of a recording whose log or files are not on this disk: the node that has them asks for it later. @throws {RecordingElsewhereError} RECORDING_ELSEWHERE when nobody did for as long as it may take. */
  leaveElsewhere(): Promise<'parked'>;
  /** Ends the following. */
  stop(): Promise<void>;
  /** After the end: gives up what is left of uploads in the storage. Never rejects. */
  cleanUp(): Promise<void>;
}

export function openRecordingDelivery({ claim, context, writes, log, signal }: DeliveryRun): RecordingDelivery {
  const { leases } = context.catalogue;
  const { dataDir, delivery: rules } = context.runtime.config;
  const retry = { firstMs: firstRetryMs, longestMs: rules.retryMaxS * 1000, giveUpMs: rules.giveUpAfterS * 1000 };
  const tracker = createDeliveryTracker(claim.delivery, retry);
  const outputs = (indexes: readonly number[]): Delivery[] =>
    indexes.map((outputIndex) => {
      const delivery = deliveryOf(claim, dataDir, outputIndex);
      mkdirSync(delivery.outDir, { recursive: true });
      return delivery;
    });
  const onRow = (row: FileRow): void => {
    writes.push('file', () => leases.file(claim, row));
    if (row.state === 'complete') log.info({ key: row.key, durationMs: row.durationMs, sizeBytes: row.sizeBytes }, 'file delivered');
  };
  const onStatus = (): void => {
    const { value } = tracker;
    if (value !== null) writes.push('delivery', () => leases.delivery(claim, value));
  };
  const park = async (delayMs: number): Promise<void> => {
    const { value } = tracker;
    if (value !== null) await writes.ask('park', () => leases.park(claim, value, delayMs));
  };
  const shared = { tracker, onRow, onStatus, log, signal };
  const find = (name: string) => context.storages.find(claim.applicationId, name);
  let live: LiveDelivery | null = null;
  const leaveElsewhere = async (): Promise<'parked'> => {
    const error = new RecordingElsewhereError(claim.recordingId);
    const next = tracker.failed(error);
    if (next === null) throw error;
    log.warn({ err: error, waitMs: next.delayMs }, 'recording is left to another node');
    await park(next.delayMs);
    return 'parked';
  };
  return {
    leaveElsewhere,
    follow: (indexes) => {
      live ??= startLiveDelivery({ ...shared, outputs: outputs(indexes), storage: () => find(claim.request.storage) });
    },
    finish: async (indexes) => {
      await live?.stop();
      if (!existsSync(paths.renders(dataDir, claim.recordingId))) return await leaveElsewhere();
      return await deliverRecording({ ...shared, claim, storages: context.storages, outputs: outputs(indexes), park });
    },
    stop: async () => await live?.stop(),
    cleanUp: async () => {
      const folder = ownFolder(claim);
      if (folder === null) return; // what stands beside is others': the bucket's own rule removes what never ended
      await find(claim.request.storage)
        .then((storage) => storage.removeUnfinished(folder))
        .catch((error: unknown) => log.debug({ err: error }, 'unfinished uploads stay in the storage'));
    },
  };
}

/** The folder of the storage where nothing but the recording's files are; null: it has none. */
function ownFolder({ recordingId, request, origin }: Claim): string | null {
  const rule = origin?.fileNames ?? null;
  if (rule?.rule === 'volcengine') return null;
  return `${request.prefix}${rule === null || rule.folder === '' ? recordingId : rule.folder.replace(/\/$/, '')}`;
}

/** An output of a claimed recording on its way: names are as the origin of the recording says. */
export function deliveryOf(
  { recordingId, request, origin }: Pick<Claim, 'recordingId' | 'request' | 'origin'>,
  dataDir: string,
  outputIndex: number,
): Delivery {
  const own = request.outputs[outputIndex];
  const isTwin = ({ type, formats }: Output): boolean => type === own?.type && formats.some((format) => own.formats.includes(format));
  const twins = request.outputs.slice(0, outputIndex).filter(isTwin).length;
  const rule = apart(origin?.fileNames ?? null, recordingId, twins);
  const naming = rule === null ? null : { rule, recordingDir: paths.recording(dataDir, recordingId) };
  return { recordingId, prefix: request.prefix, outputIndex, outDir: paths.render(dataDir, recordingId, String(outputIndex)), naming };
}

/** Notes, beside the files, that the recording has failed (the capture, or an output's render): whoever delivers what there is ends it so. The first failure counts. */
export function noteFailure(dataDir: string, recordingId: string, problem: RecordingError): void {
  const path = failurePath(dataDir, recordingId);
  if (existsSync(path)) return;
  mkdirSync(paths.renders(dataDir, recordingId), { recursive: true });
  writeFileSync(`${path}.tmp`, JSON.stringify(problem));
  renameSync(`${path}.tmp`, path);
}

/** What {@link noteFailure} noted, or null. */
export function notedFailure(dataDir: string, recordingId: string): RecordingError | null {
  const path = failurePath(dataDir, recordingId);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordingError) : null;
}

const failurePath = (dataDir: string, recordingId: string): string => join(paths.renders(dataDir, recordingId), 'failed.json');

/** Tencent's names tell people and mixes apart, not two mixes: each further output of a type and format has a folder below, so that no file takes another's name. */
function apart(rule: FileNaming | null, recordingId: string, twins: number): FileNaming | null {
  if (rule === null || rule.rule === 'volcengine' || twins === 0) return rule; // Volcengine's end in what is drawn for each file
  return { ...rule, folder: `${rule.folder || `${recordingId}/`}${twins + 1}/` };
}
