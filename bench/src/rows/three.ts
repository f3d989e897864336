import { join } from 'node:path';
import { Child } from '../child.ts';
import { compositePlan, writeMeeting } from '../meeting.ts';
import type { RenderMessage } from '../render-measured.ts';
import type { Row } from '../row.ts';

const meetings = 3;
/** A render that keeps up is behind by its holdback, a part of four seconds and the half second between two clock lines, give or take when it looks; one that does not is behind by ever more. */
const maxGrowthMs = 500;

interface Followed {
  /** Most that the picture was behind the log in the second third, and in the last, ms. */
  readonly lagBeforeMs: number;
  readonly lagMs: number;
  readonly cpuS: number;
  readonly doneMs: number;
}

/** Three meetings of eight at once, each followed while it is written at its own pace. */
export const threeRow: Row = {
  id: 'three',
  title: 'three eight-person 720p30 → 720p15 composites at once',
  async run({ folder, isQuick, log }) {
    const durationS = isQuick ? 20 : 60;
    const { dir } = await writeMeeting(folder, { people: 8, durationS, width: 1280, height: 720, fps: 30, bitrateKbps: 1500 });
    const dirs = Array.from({ length: meetings }, (_, index) => join(folder, `live-${index}`));
    const replay = new Child<{ type: 'started' | 'done' }>('replay', { from: dir, dirs });
    try {
      await replay.next();
      const renders = dirs.map((recordingDir, index) => follow(recordingDir, join(folder, `out-${index}`), durationS));
      await replay.next();
      const endedMs = performance.now();
      log('the meetings are over');
      const followed = await Promise.all(renders);
      return {
        lag: {
          value: Math.max(...followed.map(({ lagMs }) => lagMs)) / 1000,
          unit: 's behind at most, last third',
          limit: null,
          facts: { seconds: durationS, cores: followed.reduce((sum, { cpuS }) => sum + cpuS, 0) / durationS },
        },
        growth: {
          value: Math.max(...followed.map(({ lagMs, lagBeforeMs }) => lagMs - lagBeforeMs)) / 1000,
          unit: 's more than in the second third',
          limit: { atMost: maxGrowthMs / 1000 },
        },
        complete: {
          value: (Math.max(...followed.map(({ doneMs }) => doneMs)) - endedMs) / 1000,
          unit: 's from the end to three MP4',
          limit: { atMost: 2 },
        },
      };
    } finally {
      await replay.end();
    }
  },
};

async function follow(recordingDir: string, outDir: string, durationS: number): Promise<Followed> {
  const child = new Child<RenderMessage>('render', { recordingDir, outDir, plan: compositePlan(15), follow: true });
  let lagBeforeMs = 0;
  let lagMs = 0;
  try {
    for (;;) {
      const message = await child.next();
      if (message.type === 'done') return { lagBeforeMs, lagMs, cpuS: message.cpuS, doneMs: performance.now() };
      const behindMs = message.logMs - message.renderedMs;
      if (message.logMs > (durationS * 2000) / 3) lagMs = Math.max(lagMs, behindMs);
      else if (message.logMs > (durationS * 1000) / 3) lagBeforeMs = Math.max(lagBeforeMs, behindMs);
    }
  } finally {
    await child.end();
  }
}
