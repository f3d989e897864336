import { readTestPicture } from '../picture/index.ts';
import { BeepDetector } from './beep-detector.ts';
import { decodeFile } from './decode-file.ts';
import type { DecodedFile, DecodedPicture, DecodedTaker } from './decode-file.ts';
import { findProblems } from './find-problems.ts';
import { beepPlateau, findBeeps, firstBeepMs, judgeAudio } from './judge-audio.ts';
import { judgeSync } from './judge-sync.ts';
import { judgeVideo, shownFrames } from './judge-video.ts';
import type { JudgedFile, TileReading } from './judge-video.ts';
import { PersonClock } from './person-clock.ts';
import type { CheckedPerson, ExpectedTile, FileExpectation, FileReport, FileSpan, PersonReport, Tolerance } from './types.ts';

const TOLERANCE: Tolerance = { offsetMs: 40, durationMs: 100, lostPercent: 1, misplacedMs: 200, holeMs: 300, settleMs: 1000 };

/** What is gathered about one person while the file is decoded. */
interface Watched {
  readonly person: CheckedPerson;
  readonly tiles: readonly ExpectedTile[];
  readonly readings: TileReading[];
  readonly beeps: BeepDetector;
}

/**
 * Decodes a finished file (MP4, WebM or an HLS playlist) and says what became of the test pictures and beeps in it: frames lost, repeated, misplaced, A/V offset per minute,
 * holes, duration. One pass; memory grows with the number of pictures, not with their size.
 *
 * @throws {FFmpegError} when the file cannot be opened.
 */
export async function checkFile(path: string, expectation: FileExpectation): Promise<FileReport> {
  const watched = expectation.people.map((person): Watched => ({
    person,
    tiles: tilesOf(person, expectation),
    readings: [],
    beeps: new BeepDetector(person.id),
  }));
  const pictures = new PictureTimes();
  const taker: DecodedTaker = {
    picture: (picture) => {
      pictures.add(picture);
      for (const one of watched) readTile(one, picture, expectation.aspect);
    },
    sound: (first, samples) => {
      for (const { beeps } of watched) beeps.push(first, samples);
    },
  };
  const decoded = await decodeFile(path, taker, expectation.watch ?? null);
  const tolerance = { ...TOLERANCE, ...expectation.tolerance };
  const spans = pictures.watched(expectation.watch, decoded.durationMs);
  const { medianMs, longestMs } = pictures.intervals(spans);
  const { type, startMs = 0, durationMs } = expectation;
  const file: JudgedFile = {
    type,
    durationMs: decoded.durationMs,
    firstMs: pictures.ms[0] ?? 0,
    intervalMs: medianMs,
    watched: spans,
    tolerance,
  };
  const report: Omit<FileReport, 'problems'> = {
    durationMs: decoded.durationMs,
    durationErrorMs: durationMs === undefined ? null : decoded.durationMs - durationMs,
    width: pictures.width,
    height: pictures.height,
    videoCodec: decoded.videoCodec,
    audioCodec: decoded.audioCodec,
    pictures: pictures.ms.length,
    longestPictureGapMs: longestMs,
    people: watched.map((one) => judge(one, file, decoded, startMs)),
  };
  return { ...report, problems: findProblems(report, expectation, tolerance) };
}

function tilesOf(person: CheckedPerson, { tiles, people }: FileExpectation): readonly ExpectedTile[] {
  if (tiles) return tiles.filter(({ identity }) => identity === person.identity);
  return people.length === 1
    ? [{ identity: person.identity, x: 0, y: 0, width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY }]
    : [];
}

function readTile({ tiles, readings }: Watched, picture: DecodedPicture, aspect: number | undefined): void {
  const tile = tiles.find(({ fromMs = 0, toMs = Number.POSITIVE_INFINITY }) => picture.ms >= fromMs && picture.ms < toMs);
  if (!tile) return;
  const [luma, u, v] = picture.planes;
  const [lumaStride, chromaStride] = picture.strides;
  const reading = readTestPicture(
    {
      luma: luma!,
      lumaStride: lumaStride!,
      chroma: { u: u!, v: v!, stride: chromaStride! },
      x: tile.x,
      y: tile.y,
      width: Math.min(tile.width, picture.width - tile.x),
      height: Math.min(tile.height, picture.height - tile.y),
    },
    aspect,
  );
  readings.push({ ms: picture.ms, reading });
}

function judge({ person, tiles, readings, beeps }: Watched, file: JudgedFile, decoded: DecodedFile, startMs: number): PersonReport {
  const clock = new PersonClock(person, startMs);
  const amplitudes = beeps.amplitudes();
  const plateau = beepPlateau(amplitudes);
  if (!clock.isKnown) clock.learn(startOf(readings, person) ?? firstBeepMs(amplitudes, plateau) ?? 0);
  const shown = shownFrames(readings, person.id, clock);
  const settled = (span: FileSpan): FileSpan => ({ fromMs: span.fromMs + file.tolerance.settleMs, toMs: span.toMs });
  const audioSpans = decoded.audioCodec === null ? [] : clock.spans('audio', file.durationMs).map(settled);
  const findings = findBeeps(amplitudes, plateau, audioSpans, clock);
  const sync = judgeSync(shown, findings, clock, file);
  const offsets = sync.flatMap(({ offsetMs }) => (offsetMs === null ? [] : [Math.abs(offsetMs)]));
  return {
    identity: person.identity,
    video:
      decoded.videoCodec === null || tiles.length === 0 || person.video?.length === 0
        ? null
        : judgeVideo(readings, shown, person.id, clock, file),
    audio:
      decoded.audioCodec === null || person.audio?.length === 0
        ? null
        : judgeAudio(amplitudes, plateau, audioSpans, findings, person.hasHum ?? true, file.tolerance),
    sync,
    worstOffsetMs: offsets.length === 0 ? null : Math.max(...offsets),
  };
}

/** Where a live person's media time 0 stands: the median over all pictures, because the first ones may come before their sender reports. Null without pictures. */
function startOf(readings: readonly TileReading[], { id, fps, frameModulus }: CheckedPerson): number | null {
  const starts = readings.flatMap(({ ms, reading }) => (reading?.identity === id ? [ms - (reading.frame * 1000) / fps] : []));
  if (frameModulus !== undefined) {
    // Each turn of a loop seems to start anew: all are laid onto the first one.
    const turnMs = (frameModulus * 1000) / fps;
    for (const [index, start] of starts.entries()) starts[index] = start - Math.round((start - starts[0]!) / turnMs) * turnMs;
  }
  return starts.sort((a, b) => a - b)[starts.length >> 1] ?? null;
}

/** Remembers when pictures came. */
class PictureTimes {
  readonly ms: number[] = [];
  width: number | null = null;
  height: number | null = null;

  add({ ms, width, height }: DecodedPicture): void {
    this.ms.push(ms);
    this.width ??= width;
    this.height ??= height;
  }

  /** Watched spans as far as there are pictures in them, from the first one on. */
  watched(watch: readonly FileSpan[] | undefined, durationMs: number): FileSpan[] {
    if (!watch) return [{ fromMs: 0, toMs: durationMs }];
    return watch.flatMap(({ fromMs, toMs }) => {
      const first = this.ms.find((ms) => ms >= fromMs && ms < toMs);
      return first === undefined ? [] : [{ fromMs: first, toMs }];
    });
  }

  /** Median and longest time from picture to picture inside the watched spans. */
  intervals(watched: readonly FileSpan[]): { readonly medianMs: number; readonly longestMs: number } {
    const intervals: number[] = [];
    for (const { fromMs, toMs } of watched) {
      const inside = this.ms.filter((ms) => ms >= fromMs && ms < toMs);
      for (let i = 1; i < inside.length; i++) intervals.push(inside[i]! - inside[i - 1]!);
    }
    intervals.sort((a, b) => a - b);
    return { medianMs: intervals[intervals.length >> 1] ?? 1000, longestMs: intervals.at(-1) ?? 0 };
  }
}
