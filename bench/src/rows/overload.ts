import { setTimeout as delay } from 'node:timers/promises';
import { inspectPath } from '@tapedeck/rtplog';
import { checkFile } from '@tapedeck/testkit';
import { type BenchRecording, type BenchServer, pair, startBenchServer } from '../bench-server.ts';
import { Child } from '../child.ts';
import type { Row } from '../row.ts';

const rooms = Array.from({ length: 10 }, (_, index) => `busy-${index}`);
const peoplePerRoom = 4;
const video = { width: 1280, height: 720, fps: 30, bitrateKbps: 2500 };
/** The publishers' media begin again after so long. */
const LOOP_S = 4;
/** These publishers answer no keyframe request, as others do within a moment: theirs come of themselves after as long. */
const gopS = 0.4;
const sent = { width: 640, height: 360, fps: 15, bitrateKbps: 300 };

/** Ten composites at once, more than two cores can draw while the calls run: what is captured, and what becomes of the files. */
export const overloadRow: Row = {
  id: 'overload',
  title: 'ten composites at once (4 × 360p15 → 720p30)',
  async run({ folder, isQuick, log }) {
    const callS = isQuick ? 15 : 40;
    const server = await startBenchServer(folder);
    const publishers = new Child<{ type: 'ready' }>('publish', {
      ...{ url: server.url.replace('http', 'ws'), ...pair, rooms, count: peoplePerRoom, isDistinct: true, gopS, ...sent },
    });
    try {
      await publishers.next();
      log(`${rooms.length * peoplePerRoom} people send`);
      const ids = await Promise.all(
        rooms.map(async (room) => (await server.call<BenchRecording>('POST', '/v1/recordings', request(room))).id),
      );
      await delay(callS * 1000);
      const stoppedMs = performance.now();
      await Promise.all(ids.map(async (id) => await server.call('POST', `/v1/recordings/${id}/stop`)));
      const recordings = await Promise.all(ids.map(async (id) => await server.untilCompleted(id)));
      const lateS = (performance.now() - stoppedMs) / 1000;
      await publishers.end();
      log(`all files are there ${lateS.toFixed(1)} s after the stop; looking at them`);
      const loss = await packetsLost(server, ids);
      const problems = await problemsOf(server, recordings, callS);
      for (const problem of problems) log(problem);
      return {
        lost: {
          value: loss.lost,
          unit: 'packets lost',
          limit: { atMost: 0 },
          facts: { packets: loss.packets, calls: rooms.length, callS },
        },
        wrong: { value: problems.length, unit: 'faults in ten files', limit: { atMost: 0 }, facts: { lateS } },
      };
    } finally {
      await publishers.end();
      await server.stop();
    }
  },
};

const request = (room: string): object => ({ room, outputs: [{ type: 'composite', formats: ['mp4'], video }], idleTimeoutS: 60 });

async function packetsLost(server: BenchServer, ids: readonly string[]): Promise<{ lost: number; packets: number }> {
  let lost = 0;
  let packets = 0;
  for (const id of ids) {
    for (const track of (await inspectPath(server.logOf(id))).tracks) {
      lost += track.droppedPackets + track.ssrcs.reduce((sum, ssrc) => sum + ssrc.lostPackets, 0);
      packets += track.records.rtp;
    }
  }
  return { lost, packets };
}

/** What is wrong in the files: nobody missing in his quarter, no hole, no frame lost, sound and picture together, nothing cut off. */
async function problemsOf(server: BenchServer, recordings: readonly BenchRecording[], callS: number): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, { files }] of recordings.entries()) {
    const file = files.find(({ format }) => format === 'mp4');
    if (file === undefined) problems.push(`${rooms[index]}: no file`);
    else {
      if (file.durationMs < callS * 1000 - 1000) problems.push(`${rooms[index]}: ${file.durationMs} ms of ${callS} s`);
      const report = await checkFile(server.fileOf(file.key), { type: 'composite', people, tiles });
      problems.push(...report.problems.map((problem) => `${rooms[index]}: ${problem}`));
    }
  }
  return problems;
}

const people = Array.from({ length: peoplePerRoom }, (_, index) => ({
  ...{ identity: `person-${index}`, id: index + 1, fps: sent.fps },
  frameModulus: sent.fps * LOOP_S,
}));
const tiles = people.map(({ identity }, index) => ({
  identity,
  x: (index % 2) * 640,
  y: Math.floor(index / 2) * 360,
  width: 640,
  height: 360,
}));
