import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from '../child.ts';
import { compositePlan, writeMeeting } from '../meeting.ts';
import type { RenderMessage } from '../render-measured.ts';
import type { Row } from '../row.ts';

/** From the end of an hour's call to its complete MP4: the log is followed up to its end, then sealed. */
export const stopRow: Row = {
  id: 'stop',
  title: 'stop → MP4 complete, 60-minute composite',
  async run({ folder, isQuick, log }) {
    const durationS = isQuick ? 120 : 3600;
    const { dir } = await writeMeeting(folder, { people: 2, durationS, width: 640, height: 360, fps: 15, bitrateKbps: 400 });
    // A live writer has hashed as it went: its seal is one rename. So the seal is made beforehand and held back until the stop.
    const seal = join(dir, 'e1', 'sealed.json');
    renameSync(seal, `${seal}.held`);
    const child = new Child<RenderMessage>('render', {
      recordingDir: dir,
      outDir: join(folder, 'composite'),
      plan: compositePlan(15),
      follow: true,
    });
    try {
      await untilAtEnd(child, durationS);
      log('the render has caught up with the log');
      const startMs = performance.now();
      renameSync(`${seal}.held`, seal);
      while ((await child.next()).type !== 'done');
      const doneMs = performance.now();
      return {
        time: {
          value: (doneMs - startMs) / 1000,
          unit: 's',
          limit: { atMost: 2 },
          facts: { minutes: durationS / 60 },
        },
      };
    } finally {
      await child.end();
    }
  },
};

/** The render is this close to the end of a log when only late packets may still come: its holdback, a part, and the half second between two clock lines. */
const settledMs = 6_000;

/** Resolves when all but the last moments, which wait for late packets, are rendered. */
async function untilAtEnd(child: Child<RenderMessage>, durationS: number): Promise<void> {
  for (;;) {
    const message = await child.next();
    if (message.type === 'done') throw new Error('The render ended before the log did.');
    if (message.renderedMs >= durationS * 1000 - settledMs) return;
  }
}
