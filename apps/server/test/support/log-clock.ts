import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epochDirs } from '../../src/recorder/epoch-start.ts';

/** Resolves when the running log has said that so many seconds more are on disk (its `clock` events go on while it is paused). */
export async function untilLogClock(recordingDir: string, seconds: number): Promise<void> {
  const lastUs = (): number | null => {
    const dir = epochDirs(recordingDir).at(-1);
    const path = join(dir ?? '', 'session.jsonl');
    const text = dir !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : ''; // an epoch's folder is there first
    const line = text.slice(0, text.lastIndexOf('\n') + 1).split('\n').findLast((one) => one.includes('"type":"clock"')); // prettier-ignore
    return line === undefined ? null : (JSON.parse(line) as { us: number }).us;
  };
  for (let from = lastUs(); ; await delay(20)) {
    const us = lastUs();
    from ??= us;
    if (from !== null && us !== null && us >= from + seconds * 1_000_000) return;
  }
}
