import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '@tapedeck/delivery';
import { chainHead, type Seal } from '@tapedeck/rtplog';
import { epochDirs } from '../recorder/epoch-start.ts';

/** What `verifyLog` found in one epoch. `problems` is empty when every byte is as it was sealed. */
export interface EpochVerdict {
  readonly dir: string;
  readonly isSealed: boolean;
  readonly segments: number;
  readonly sizeBytes: number;
  readonly problems: readonly string[];
}

/** Checks every seal below a recording's folder (or of one epoch's folder): sizes, SHA-256 of each segment, head of the hash chain. */
export async function verifyLog(path: string): Promise<readonly EpochVerdict[]> {
  const dirs = existsSync(join(path, 'session.jsonl')) ? [path] : epochDirs(path);
  return Promise.all(dirs.map(verifyEpoch));
}

async function verifyEpoch(dir: string): Promise<EpochVerdict> {
  const sealPath = join(dir, 'sealed.json');
  if (!existsSync(sealPath))
    return {
      dir,
      isSealed: false,
      segments: 0,
      sizeBytes: 0,
      problems: ['it is not sealed: the recording runs, or its recorder died and no other has taken over yet'],
    };
  const seal = JSON.parse(await readFile(sealPath, 'utf8')) as Seal;
  const problems: string[] = [];
  let sizeBytes = 0;
  for (const segment of seal.segments) {
    const found = await sha256File(join(dir, segment.path)).catch(() => null);
    sizeBytes += found?.sizeBytes ?? 0;
    if (found === null) problems.push(`${segment.path} is missing`);
    else if (found.sizeBytes !== segment.sizeBytes)
      problems.push(`${segment.path} has ${found.sizeBytes} bytes, ${segment.sizeBytes} were sealed`);
    else if (found.sha256 !== segment.sha256) problems.push(`${segment.path} was changed: its SHA-256 differs`);
  }
  if (chainHead(seal.segments) !== seal.chainHead) problems.push('the head of the hash chain differs: sealed.json was changed');
  return { dir, isSealed: true, segments: seal.segments.length, sizeBytes, problems };
}
