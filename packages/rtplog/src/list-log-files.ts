import { stat } from 'node:fs/promises';
import { listSegments, listTracks } from './log-folders.ts';

/** Paths (relative to the epoch's folder) of all segments by track and number, then session.jsonl when it is there. */
export async function listLogFiles(epochDir: string): Promise<string[]> {
  const paths: string[] = [];
  for (const trackSid of await listTracks(epochDir)) {
    for (const segment of await listSegments(`${epochDir}/tracks/${trackSid}`)) {
      paths.push(`tracks/${trackSid}/${String(segment).padStart(6, '0')}.rtplog`);
    }
  }
  const session = await stat(`${epochDir}/session.jsonl`).catch(() => null);
  return session === null ? paths : [...paths, 'session.jsonl'];
}
