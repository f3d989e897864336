import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openLogWriter, readLogBatches } from '@tapedeck/rtplog';
import type { LogItem, LogWriter, LogWriterOptions, ReadLogOptions, RecordKind, SessionEvent, TrackHeader } from '@tapedeck/rtplog';
import { onTestFinished } from 'vitest';

/** A fresh folder that is removed with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(`${tmpdir()}/rtplog-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function makeHeader(trackSid: string, overrides: Partial<TrackHeader> = {}): TrackHeader {
  return {
    recordingId: 'rec_1',
    epoch: 1,
    trackSid,
    participantSid: 'PA_1',
    participantIdentity: 'ann',
    participantName: 'Ann',
    kind: 'video',
    source: 'camera',
    formats: [{ payloadType: 96, codec: 'vp8', clockRateHz: 90_000, fmtp: '' }],
    headerExtensions: [],
    rtxSsrc: null,
    startUs: 1_000_000,
    startWallMs: 1_800_000_000_000,
    ...overrides,
  };
}

/** A writer on made-up time: no `clock` events of its own. */
export function openWriter(recordingDir: string, epoch = 1, options: Partial<LogWriterOptions> = {}): LogWriter {
  return openLogWriter({ dir: `${recordingDir}/e${epoch}`, recordingId: 'rec_1', epoch, clockIntervalMs: null, ...options });
}

/** A record as plain data, its bytes copied. */
export interface PlainRecord {
  readonly epoch: number;
  readonly trackSid: string;
  readonly kind: RecordKind;
  readonly arrivalUs: number;
  readonly bytes: Uint8Array;
}
export interface PlainLog {
  readonly records: PlainRecord[];
  readonly events: SessionEvent[];
  readonly batches: number;
  readonly hasEnded: boolean;
}

export async function readAll(recordingDir: string, options: ReadLogOptions = { follow: false }): Promise<PlainLog> {
  const records: PlainRecord[] = [];
  const events: SessionEvent[] = [];
  let batches = 0;
  let hasEnded = false;
  for await (const batch of readLogBatches(recordingDir, options)) {
    batches++;
    hasEnded = batch.hasEnded;
    for (const item of batch.items) {
      if (item.type === 'event') events.push(item.event);
      else records.push(plain(item));
    }
  }
  return { records, events, batches, hasEnded };
}

export function plain({ epoch, track, record }: Extract<LogItem, { type: 'record' }>): PlainRecord {
  return { epoch, trackSid: track.trackSid, kind: record.kind, arrivalUs: record.arrivalUs, bytes: record.bytes.slice() };
}

/** Bytes that carry their own number, so that a test sees what is missing. */
export function numbered(number: number, sizeBytes = 100): Uint8Array {
  const bytes = new Uint8Array(sizeBytes).fill(number);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

export function numberOf({ bytes }: { readonly bytes: Uint8Array }): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

export const range = (count: number, start = 0): number[] => Array.from({ length: count }, (_, index) => start + index);
