import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CorruptLogError, monotonicUs, readSegment } from '@tapedeck/rtplog';

const POLL_MS = 2;

/**
 * Waits until the first RTP packet of a recording can be read back from its log, and returns that instant (CLOCK_MONOTONIC, µs; up to 2 ms late). The folder
 * need not exist yet. What a reader cannot read (a header alone, half a record) does not count.
 *
 * @param recordingDir `recordings/<recordingId>`.
 * @param timeoutMs How long to wait. @throws {Error} when no packet is there by then.
 */
export async function firstPacketOnDisk(recordingDir: string, timeoutMs = 10_000): Promise<number> {
  const endUs = monotonicUs() + timeoutMs * 1000;
  while (!segmentsOf(recordingDir).some(hasRtp)) {
    if (monotonicUs() > endUs) throw new Error(`No packet of ${recordingDir} has reached the disk in ${timeoutMs} ms.`);
    await delay(POLL_MS);
  }
  return monotonicUs();
}

function segmentsOf(recordingDir: string): string[] {
  try {
    const names = readdirSync(recordingDir, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.rtplog')).map((name) => join(recordingDir, name));
  } catch {
    return []; // not there yet
  }
}

function hasRtp(path: string): boolean {
  try {
    return readSegment(path).records.some(({ kind }) => kind === 'rtp');
  } catch (error) {
    if (error instanceof CorruptLogError) return false; // its header is still being written
    throw error;
  }
}
