import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MeasuredJob, RecordedBy } from '@tapedeck/e2e/measured-job';
import { serveWebPages, type WebPages } from '@tapedeck/e2e/web-pages';
import { checkNoise, requirement, type NoiseCheck } from '@tapedeck/testkit';
import { buildPackage, coreBudgetBytes, coreOf } from '@tapedeck/web/core-size';
import { growthPerHour, type MemoryLook } from '../heap-growth.ts';
import { RecorderTab, type TabRecording } from '../recorder-tab.ts';
import type { Row, RowContext, RowResult } from '../row.ts';

const people = [1, 2, 3, 4].map((identity) => ({ identity, isHeard: identity <= 2 }));
const heard = people.filter(({ isHeard }) => isHeard).map(({ identity }) => identity);
const job: MeasuredJob = {
  ...{ width: 1280, height: 720, fps: 30, bitrateKbps: 2500, soundKbps: 96, keyframeS: 1, people },
  ...{ container: 'mp4', codec: 'h264' },
};
/** Until scripts are compiled and encoders run. */
const warmUpS = 5;

/** A finished recording and what is in its file. */
interface Judged extends TabRecording {
  readonly check: NoiseCheck;
}

/** The browser's recorder beside Chromium's `MediaRecorder` of the same canvas: four people of 720p30, two of them heard, in one picture of 720p30. */
export const webRecorderRow: Row = {
  id: 'web-recorder',
  title: 'browser recorder: four 720p30 tiles → 720p30 H.264, Opus',
  async run(context) {
    const chromium = requirement('chromium');
    if (chromium === null) throw new Error('Chromium is needed: see the line above.');
    const pages = await serveWebPages('measured');
    try {
      const measured = new Measured(context, chromium, pages);
      const cpu = await measured.cpu();
      const { long, looks } = await measured.long();
      const built = join(context.folder, 'package');
      await buildPackage(built);
      const { gzipBytes } = coreOf(built);
      return {
        cpu,
        heap: heapResult(looks),
        audio: soundResult(measured.ours, measured.peers),
        stop: {
          ...{ value: Math.max(...measured.ours.map(({ stopMs }) => stopMs)) / 1000, unit: 's', limit: { atMost: 1 } },
          peers: [{ name: 'MediaRecorder (file in memory)', value: Math.max(...measured.peers.map(({ stopMs }) => stopMs)) / 1000 }],
          facts: { files: measured.ours.length, longestS: long.playerS, longestStopS: long.stopMs / 1000, longestMb: long.sizeBytes / 1e6 },
        },
        bundle: { value: gzipBytes / 1000, unit: 'kB gzip', limit: { atMost: coreBudgetBytes / 1000 } },
      };
    } finally {
      await pages.close();
    }
  },
};

/** Makes the recordings and keeps what became of them. */
class Measured {
  readonly ours: Judged[] = [];
  readonly peers: Judged[] = [];
  readonly #context: RowContext;
  readonly #chromium: string;
  readonly #pages: WebPages;

  constructor(context: RowContext, chromium: string, pages: WebPages) {
    this.#context = context;
    this.#chromium = chromium;
    this.#pages = pages;
  }

  /** Both recorders by turns, each in a browser of its own, as many seconds; and the sources alone. */
  async cpu(): Promise<RowResult> {
    const [rounds, windowS] = this.#context.isQuick ? [2, 12] : [2, 20];
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < rounds; round++)
      for (const by of round % 2 === 0 ? (['tapedeck', 'browser'] as const) : (['browser', 'tapedeck'] as const))
        (by === 'tapedeck' ? ours : peers).push(await this.#round(by, windowS));
    const sources = await this.#round('none', windowS);
    const value = mean(ours);
    return {
      ...{ value, unit: 'cores', limit: null },
      peers: [{ name: 'MediaRecorder of the same canvas', value: mean(peers), limitRatio: 1 }],
      facts: {
        ...{ rounds, windowS, sourcesAloneCores: sources },
        ...{ pictures: meanOf(this.ours, picturesPerS), peerPictures: meanOf(this.peers, picturesPerS) },
        cpuMsPerPicture: (value * 1000) / meanOf(this.ours, picturesPerS),
        peerCpuMsPerPicture: (mean(peers) * 1000) / meanOf(this.peers, picturesPerS),
        ...{ kbps: meanOf(this.ours, kbpsOf), peerKbps: meanOf(this.peers, kbpsOf) },
      },
    };
  }

  async #round(by: RecordedBy, windowS: number): Promise<number> {
    const tab = await RecorderTab.open(this.#chromium, this.#pages, by, job);
    try {
      await delay(warmUpS * 1000);
      const cores = await tab.cores(windowS);
      this.#context.log(`${by}: ${cores.toFixed(3)} cores`);
      if (by !== 'none') await this.#finish(tab, by);
      return cores;
    } finally {
      await tab.close();
    }
  }

  /** One long recording by ours, its memory looked at on the way. */
  async long(): Promise<{ readonly long: Judged; readonly looks: readonly MemoryLook[] }> {
    const [durationS, everyS] = this.#context.isQuick ? [60, 5] : [600, 20];
    const tab = await RecorderTab.open(this.#chromium, this.#pages, 'tapedeck', job);
    try {
      const looks: MemoryLook[] = [];
      const startMs = performance.now();
      for (let atS = 2 * everyS; atS <= durationS; atS += everyS) {
        await delay(startMs + atS * 1000 - performance.now());
        looks.push({ atS, ...(await tab.heap()), rendererMb: tab.rendererMb() });
      }
      return { long: await this.#finish(tab, 'tapedeck'), looks };
    } finally {
      await tab.close();
    }
  }

  async #finish(tab: RecorderTab, by: Exclude<RecordedBy, 'none'>): Promise<Judged> {
    const kept = by === 'tapedeck' ? this.ours : this.peers;
    const recording = await tab.stop(`${by}-${kept.length}.${job.container}`);
    const judged = { ...recording, check: await checkNoise(recording.path, heard) };
    kept.push(judged);
    const { check, stopMs, playerS, droppedFrames } = judged;
    this.#context.log(
      `    ${playerS.toFixed(1)} s, ${picturesPerS(judged).toFixed(1)} pictures/s (${droppedFrames} left out), ${lostOf(judged)} samples lost, plays ${stopMs.toFixed(0)} ms after the stop; ${check.videoCodec}, ${check.audioCodec}`,
    );
    if (lostOf(judged) > 0) this.#context.log(`        ${JSON.stringify(check.people)}`);
    return judged;
  }
}

function heapResult(looks: readonly MemoryLook[]): RowResult {
  const bytesOf = ({ scriptBytes, bufferBytes }: MemoryLook): number => scriptBytes + bufferBytes;
  const perHourMb = growthPerHour(looks.map((look) => ({ atS: look.atS, value: bytesOf(look) }))) / 1e6;
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last) throw new Error('Memory was not looked at.');
  return {
    ...{ value: perHourMb, unit: 'MB an hour, by the straight line through the run', limit: { atMost: 64 } },
    facts: {
      ...{ minutes: last.atS / 60, looks: looks.length, firstMb: bytesOf(first) / 1e6, lastMb: bytesOf(last) / 1e6 },
      ...{ scriptFirstMb: first.scriptBytes / 1e6, scriptLastMb: last.scriptBytes / 1e6 },
      ...{ mostMb: Math.max(...looks.map(bytesOf)) / 1e6, rendererFirstMb: first.rendererMb, rendererLastMb: last.rendererMb },
    },
  };
}

function soundResult(ours: readonly Judged[], peers: readonly Judged[]): RowResult {
  const sum = (judged: readonly Judged[]): number => judged.reduce((total, one) => total + lostOf(one), 0);
  const seconds = (judged: readonly Judged[]): number => judged.reduce((total, { check }) => total + check.samples / 48_000, 0);
  const drift = Math.max(...ours.flatMap(({ check }) => check.people.map(({ driftSamples }) => Math.abs(driftSamples))));
  return {
    ...{ value: sum(ours), unit: 'samples lost', limit: { atMost: 0 } },
    peers: [{ name: 'MediaRecorder', value: sum(peers), note: `${seconds(peers).toFixed(0)} s` }],
    facts: { seconds: seconds(ours), files: ours.length, mostDriftSamples: drift, durationErrorMs: Math.max(...ours.map(durationErrorMs)) },
  };
}

/** Of all people together; who is never heard has lost everything. */
function lostOf({ check }: Judged): number {
  return check.people.reduce((sum, { firstSample, missing, jumped }) => sum + (firstSample === null ? check.samples : missing + jumped), 0);
}

/** Between the file and the time on the clock from start to stop. */
function durationErrorMs({ playerS, recordedMs }: Judged): number {
  return Math.abs(playerS * 1000 - recordedMs);
}

function picturesPerS({ check, playerS }: Judged): number {
  return check.pictures / playerS;
}

function kbpsOf({ sizeBytes, playerS }: Judged): number {
  return (sizeBytes * 8) / playerS / 1000;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOf(judged: readonly Judged[], valueOf: (one: Judged) => number): number {
  return mean(judged.map(valueOf));
}
