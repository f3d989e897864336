import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sealCrashedLog, verifyLog } from '@tapedeck/rtplog';
import { expect, it } from 'vitest';
import { makeFolder, numberOf, range, readAll } from './log-fixture.ts';
import { TICK_MS } from './killed-writer-shape.ts';

const KILLS = 50;
const AT_ONCE = 5;
/** What a crash may cost at most, and how evenly the writer must have been running for that to be a promise. */
const MAY_COST_US = 250_000;
const STEADY_TICK_US = 40_000;

interface Death {
  /** Numbers below were reported as flushed. */
  readonly flushed: number;
  readonly lastAliveUs: number;
  readonly longestTickUs: number;
}

async function runAndKill(dir: string, lifeMs: number): Promise<Death> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('killed-writer.ts', import.meta.url)), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // Life is counted from the first record, not from the start of the process.
    timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMs);
    output += text;
  });
  await once(child, 'close');
  const alive = [...output.matchAll(/^alive (\d+) (\d+)$/gm)].at(-1);
  const flushed = [...output.matchAll(/^flushed (\d+)$/gm)].at(-1);
  return { flushed: Number(flushed?.[1] ?? 0), lastAliveUs: Number(alive?.[1] ?? 0), longestTickUs: Number(alive?.[2] ?? 0) };
}

async function check(folder: string, { flushed, lastAliveUs, longestTickUs }: Death): Promise<boolean> {
  const { records } = await readAll(folder);
  const isSteady = longestTickUs < STEADY_TICK_US;
  for (const sid of ['TR_audio', 'TR_video']) {
    const track = records.filter(({ trackSid }) => trackSid === sid);
    expect(track.map(numberOf)).toEqual(range(track.length));
    expect(track.length).toBeGreaterThanOrEqual(flushed);
    const lastUs = track.at(-1)?.arrivalUs ?? 0;
    if (isSteady && lastAliveUs - (records[0]?.arrivalUs ?? lastAliveUs) > MAY_COST_US) {
      expect(lastAliveUs - lastUs).toBeLessThan(MAY_COST_US + TICK_MS * 1000);
    }
  }
  return isSteady;
}

it(
  `keeps every flushed record, and all but the last 250 ms, when the writer is killed at ${KILLS} random moments`,
  { timeout: 300_000 },
  async () => {
    let steady = 0;
    const pending = range(KILLS);
    await Promise.all(
      range(AT_ONCE).map(async () => {
        for (let kill = pending.pop(); kill !== undefined; kill = pending.pop()) {
          const folder = makeFolder();
          const death = await runAndKill(`${folder}/e1`, 20 + ((kill * 7919) % 1000));
          if (await check(folder, death)) steady++;
          const seal = await sealCrashedLog(`${folder}/e1`, 'killed');
          expect(seal.segments.length).toBeGreaterThanOrEqual(death.flushed > 0 ? 2 : 0);
          expect((await verifyLog(`${folder}/e1`)).problems).toEqual([]);
        }
      }),
    );
    // On a machine so busy that nearly no run was steady the time bound would go unproved.
    expect(steady).toBeGreaterThan(0);
  },
);
