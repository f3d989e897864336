import { join } from 'node:path';
import { layoutTiles } from '@tapedeck/layout';
import { planRender, renderLog, type RenderPlan } from '@tapedeck/render';
import { checkFile, eventfulMeeting, writeSyntheticLog } from '@tapedeck/testkit';
import type { ExpectedPerson, ExpectedTile, FileExpectation, FileReport } from '@tapedeck/testkit';
import type { Row, RowContext, RowResult } from '../row.ts';

const id = 'accuracy';
const single = { width: 320, height: 180, bitrateKbps: 300 };
const canvas = { width: 640, height: 360 };
const secondsPerMinute = 8;

/** An hour in which clocks drift, packets are lost, timestamps jump and people come late: sound against picture in every minute of every kind of file, and how long the files are. */
export const accuracyRow: Row = {
  id,
  title: 'sound against picture in every minute of an eventful hour, worst',
  async run(context) {
    const durationS = context.isQuick ? 240 : 3600;
    const meeting = eventfulMeeting(join(context.folder, 'log'), durationS);
    const { people } = await writeSyntheticLog(meeting);
    const judge = new Judge(context, people, durationS * 1000, meeting.dir);
    return {
      webm: await judge.individual(planRender({ type: 'individual', formats: ['webm'] }, id, 0), 24),
      mp4: await judge.individual(planRender({ type: 'individual', formats: ['mp4'], video: { ...single, fps: 15 } }, id, 1), 15),
      composite: await judge.composite(15),
      composite30: await judge.composite(30),
    };
  },
};

/** Renders and judges one kind of file after the other. */
class Judge {
  readonly #context: RowContext;
  readonly #people: readonly ExpectedPerson[];
  readonly #durationMs: number;
  readonly #logDir: string;

  constructor(context: RowContext, people: readonly ExpectedPerson[], durationMs: number, logDir: string) {
    this.#context = context;
    this.#people = people;
    this.#durationMs = durationMs;
    this.#logDir = logDir;
  }

  async individual(plan: RenderPlan, fps: number): Promise<RowResult> {
    const outDir = join(this.#context.folder, String(plan.outputIndex));
    const reports: FileReport[] = [];
    for (const { path, participant, startMs } of await renderLog(this.#logDir, plan, outDir, { follow: false })) {
      const people = this.#people.filter(({ identity }) => identity === participant);
      const isCopied = plan.type === 'individual' && plan.mode === 'remux';
      const tiles = isCopied ? {} : { tiles: people.map(({ identity }) => ({ identity, x: 0, y: 0, ...single })) };
      const expected = { type: isCopied ? 'individual' : 'composite', people, startMs, ...tiles } satisfies FileExpectation;
      reports.push(await this.#check(join(outDir, path), { ...expected, durationMs: this.#durationMs - startMs }));
    }
    return this.#result(reports, fps);
  }

  async composite(fps: number): Promise<RowResult> {
    const plan = planRender({ type: 'composite', formats: ['mp4'], video: { ...canvas, fps, bitrateKbps: 600 } }, id, fps);
    const outDir = join(this.#context.folder, `composite-${fps}`);
    const [file] = await renderLog(this.#logDir, plan, outDir, { follow: false });
    const expected = {
      type: 'composite',
      people: this.#people,
      tiles: this.#tiles(),
      durationMs: this.#durationMs,
    } satisfies FileExpectation;
    return this.#result([await this.#check(join(outDir, file?.path ?? ''), expected)], fps);
  }

  async #check(path: string, expected: FileExpectation): Promise<FileReport> {
    const minutes = Math.ceil(this.#durationMs / 60_000);
    const watch = Array.from({ length: minutes }, (_, minute) => {
      const fromMs = minute * 60_000 + 40_000;
      return { fromMs, toMs: fromMs + secondsPerMinute * 1000 };
    });
    return checkFile(path, { ...expected, watch });
  }

  #result(reports: readonly FileReport[], fps: number): RowResult {
    const people = reports.flatMap((report) => report.people);
    for (const { identity, sync } of people) {
      const offsets = sync.map(({ offsetMs }) => (offsetMs === null ? '–' : offsetMs.toFixed(1)));
      this.#context.log(`${identity}, offset in each minute (ms; –: muted): ${offsets.join(' ')}`);
    }
    const measured = people.flatMap(({ sync }) => sync.flatMap(({ offsetMs }) => (offsetMs === null ? [] : [Math.abs(offsetMs)])));
    const errorsMs = reports.map(({ durationErrorMs }) => Math.abs(durationErrorMs ?? Infinity));
    return {
      value: Math.max(...measured),
      unit: 'ms',
      limit: { atMost: 20 },
      facts: {
        minutes: measured.length,
        durationErrorMs: Math.max(...errorsMs),
        durationErrorFrames: (Math.max(...errorsMs) * fps) / 1000,
      },
    };
  }

  /** A grid of those who are there: one alone, then two. */
  #tiles(): ExpectedTile[] {
    const lateMs = this.#people[1]?.startMs ?? 0;
    const grid = (present: readonly ExpectedPerson[], span: { fromMs?: number; toMs?: number }): ExpectedTile[] =>
      layoutTiles(
        'grid',
        canvas,
        present.map(({ identity }, joinedOrder) => ({
          identity,
          joinedOrder,
          hasVideo: true,
          aspect: null,
          isSpeaking: false,
          isScreen: false,
        })),
      ).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height, ...span }));
    return [...grid(this.#people.slice(0, 1), { toMs: lateMs }), ...grid(this.#people, { fromMs: lateMs })];
  }
}
