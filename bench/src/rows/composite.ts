import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile, type ExpectedPerson, requirement } from '@tapedeck/testkit';
import { compositePlan, webmPlan, writeMeeting } from '../meeting.ts';
import { runBrowserGrab } from '../peers/browser-grab.ts';
import { type GraphJob, runFfmpegGraph } from '../peers/ffmpeg-graph.ts';
import { renderMeasured } from '../render-measured.ts';
import type { Peer, Row, RowContext } from '../row.ts';

/** As a composite is encoded while the call runs; its peers are recorders of calls. */
const live = { encoderThreads: 1 } as const;

/** Eight 720p30 people → 720p15, against FFmpeg's filter graph and a filmed browser. */
export const compositeEightRow: Row = {
  id: 'composite-8',
  title: 'composite of eight 720p30 VP8 → 720p15 veryfast, cores',
  async run(context) {
    const durationS = context.isQuick ? 20 : 40;
    const { dir } = await writeMeeting(context.folder, { people: 8, durationS, width: 1280, height: 720, fps: 30, bitrateKbps: 1500 });
    const inputs = await sameInputs(context, dir);
    const cost = await renderMeasured(dir, compositePlan(15), join(context.folder, 'composite'), live);
    const ffmpeg = await ffmpegPeers(context, inputs, { outputFps: 15, bitrateKbps: 1500 }, durationS, 0.6);
    const browser = await browserPeer(context, inputs, 0.5);
    return {
      cpu: { value: cost.cpuS / durationS, unit: 'cores', limit: null, peers: [...ffmpeg, browser], facts: { peakMb: cost.peakMb } },
      memory: { value: cost.peakMb, unit: 'MB', limit: { atMost: 350 } },
    };
  },
};

/** Four 360p15 people → 720p30: what LiveKit Egress does with 0.57 core and 725 MB. */
export const compositeFourRow: Row = {
  id: 'composite-4',
  title: 'composite of four 360p15 VP8 → 720p30 veryfast, cores',
  async run(context) {
    const durationS = context.isQuick ? 20 : 60;
    const { dir, people } = await writeMeeting(context.folder, {
      people: 4,
      durationS,
      width: 640,
      height: 360,
      fps: 15,
      bitrateKbps: 400,
    });
    const inputs = await sameInputs(context, dir);
    const cost = await renderMeasured(dir, compositePlan(30, 3000), join(context.folder, 'composite'), live);
    const lost = await framesLost(join(context.folder, 'composite', 'composite.mp4'), people);
    const ffmpeg = await ffmpegPeers(context, inputs, { outputFps: 30, bitrateKbps: 3000 }, durationS);
    const egress = { name: 'LiveKit Egress 1.14', value: 0.57, note: 'measured on another 2-core machine' };
    return {
      cpu: { value: cost.cpuS / durationS, unit: 'cores', limit: { atMost: 0.4 }, peers: [...ffmpeg, egress] },
      memory: {
        value: cost.peakMb,
        unit: 'MB',
        limit: { atMost: 350 },
        peers: [{ name: 'LiveKit Egress 1.14', value: 725, note: 'PSS, another machine' }],
      },
      lost: { value: lost, unit: 'frames', limit: { atMost: 0 } },
    };
  },
};

/** Pictures of four people in a two by two grid that the file does not show, all together. */
async function framesLost(path: string, people: readonly ExpectedPerson[]): Promise<number> {
  const tiles = people.map(({ identity }, index) => ({
    identity,
    x: (index % 2) * 640,
    y: Math.floor(index / 2) * 360,
    width: 640,
    height: 360,
  }));
  const report = await checkFile(path, { type: 'composite', people, tiles });
  return report.people.reduce((sum, person) => sum + (person.video?.framesLost ?? Infinity), 0);
}

/** The people of the log as WebM files: the same encoded frames for everybody. */
async function sameInputs({ folder }: RowContext, dir: string): Promise<string[]> {
  const out = join(folder, 'inputs');
  await renderMeasured(dir, webmPlan(), out);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.webm'));
  return files.toSorted().map((name) => join(out, name));
}

async function ffmpegPeers(
  { folder, log }: RowContext,
  inputs: readonly string[],
  output: Pick<GraphJob, 'outputFps' | 'bitrateKbps'>,
  durationS: number,
  limitRatio?: number,
): Promise<Peer[]> {
  const limit = limitRatio === undefined ? {} : { limitRatio };
  const ffmpeg = requirement('ffmpeg');
  const peers: Peer[] = [];
  for (const style of ['usual', 'tuned'] as const) {
    const name = `ffmpeg filter graph, ${style}`;
    if (ffmpeg === null) {
      peers.push({ name, value: null, note: 'no ffmpeg on PATH', ...limit });
      continue;
    }
    const { cpuS, peakMb } = await runFfmpegGraph({ ffmpeg, inputs, ...output, folder, style });
    log(`${name}: ${cpuS.toFixed(1)} CPU s, ${peakMb.toFixed(0)} MB`);
    peers.push({ name, value: cpuS / durationS, ...limit });
  }
  return peers;
}

async function browserPeer({ folder, isQuick, log }: RowContext, inputs: readonly string[], limitRatio: number): Promise<Peer> {
  const name = 'Chromium + Xvfb + x11grab';
  const [chromium, xvfb, ffmpeg] = [requirement('chromium'), requirement('xvfb'), requirement('ffmpeg')];
  if (chromium === null || xvfb === null || ffmpeg === null)
    return { name, value: null, note: 'needs chromium, Xvfb and ffmpeg', limitRatio };
  const job = { chromium, xvfb, ffmpeg, inputs, outputFps: 15, bitrateKbps: 1500, windowS: isQuick ? 8 : 15, folder };
  const { cores, droppedShare } = await runBrowserGrab(job);
  log(`browser: ${cores.toFixed(2)} cores, ${(droppedShare * 100).toFixed(1)} % of pictures dropped`);
  return { name, value: cores, limitRatio };
}
