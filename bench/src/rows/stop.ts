import { join } from 'node:path';
import { sealCrashedLog } from '@tapedeck/rtplog';
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
    const { dir } = await writeMeeting(folder, { people: 2, durationS, width: 640, height: 360, fps: 15, bitrateKbps: 400, seal: false });
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
      await sealCrashedLog(join(dir, 'e1'), 'stopped');
      const sealedMs = performance.now();
      while ((await child.next()).type !== 'done');
      const doneMs = performance.now();
      return {
        time: {
          value: (doneMs - startMs) / 1000,
          unit: 's',
          limit: { atMost: 2 },
          facts: { minutes: durationS / 60, sealS: (sealedMs - startMs) / 1000 },
        },
      };
    } finally {
      await child.end();
    }
  },
};

/** Resolves when all but the last moments, which wait for late packets, are rendered. */
async function untilAtEnd(child: Child<RenderMessage>, durationS: number): Promise<void> {
  for (;;) {
    const message = await child.next();
    if (message.type === 'done') throw new Error('The render ended before the log did.');
    if (message.renderedMs >= (durationS - 3) * 1000) return;
  }
}
