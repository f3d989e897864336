import { join } from 'node:path';
import { compositePlan, writeMeeting } from '../meeting.ts';
import { renderInShares } from '../render-in-shares.ts';
import { renderMeasured } from '../render-measured.ts';
import type { Row } from '../row.ts';

/** An hour of two people rendered from the log by all cores, and what one process alone needs for it: memory, over the hour, and time. */
export const offlineRow: Row = {
  id: 'offline',
  title: 'offline render of a 60-minute two-person log',
  async run({ folder, isQuick, log }) {
    const durationS = isQuick ? 120 : 3600;
    const { dir } = await writeMeeting(folder, { people: 2, durationS, width: 640, height: 360, fps: 15, bitrateKbps: 400 });
    log('the log is written');
    const shared = await renderInShares(dir, compositePlan(15), join(folder, 'shares'));
    log(
      `${shared.shares} shares by ${shared.processes} processes took ${shared.wallS.toFixed(0)} s, of it joining ${shared.joinS.toFixed(1)} s`,
    );
    const cost = await renderMeasured(dir, compositePlan(15), join(folder, 'composite'));
    const firstThird = peakBetween(cost.memory, durationS * 100, durationS * 400);
    const lastThird = peakBetween(cost.memory, durationS * 700, durationS * 1000);
    return {
      speed: {
        value: durationS / shared.wallS,
        unit: '× real time',
        limit: { atLeast: 6 },
        facts: { minutes: durationS / 60, ...shared, aloneWallS: cost.wallS, aloneCpuS: cost.cpuS },
      },
      memory: { value: Math.max(cost.peakMb, shared.peakMb), unit: 'MB', limit: { atMost: 350 } },
      growth: {
        value: lastThird - firstThird,
        unit: 'MB',
        limit: { atMost: 20 },
        facts: { firstThirdMb: firstThird, lastThirdMb: lastThird },
      },
    };
  },
};

/** Most memory between two moments of recording time, ms. */
function peakBetween(memory: readonly { renderedMs: number; rssMb: number }[], fromMs: number, toMs: number): number {
  return Math.max(0, ...memory.filter(({ renderedMs }) => renderedMs >= fromMs && renderedMs < toMs).map(({ rssMb }) => rssMb));
}
