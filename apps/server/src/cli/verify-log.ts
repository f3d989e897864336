import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLog as verifyEpoch } from '@tapedeck/rtplog';
import { epochDirs } from '../recorder/epoch-start.ts';

/** What was found in one epoch. `problems` is empty when it is sealed and every byte is as it was sealed. */
export interface EpochVerdict {
  readonly dir: string;
  readonly isSealed: boolean;
  readonly problems: readonly string[];
}

/** Checks every seal below a recording's folder (or of one epoch's folder): sizes, SHA-256 of each segment, head of the hash chain. */
export async function verifyLog(path: string): Promise<readonly EpochVerdict[]> {
  const isEpoch = existsSync(join(path, 'session.jsonl')) || existsSync(join(path, 'sealed.json'));
  const dirs = isEpoch ? [path] : epochDirs(path);
  return Promise.all(dirs.map(async (dir) => ({ dir, ...(await verifyEpoch(dir)) })));
}
