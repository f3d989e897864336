import type { FileExpectation, FileReport, PersonReport, Tolerance } from './types.ts';

/** Says in sentences what is out of tolerance. */
export function findProblems(report: Omit<FileReport, 'problems'>, expectation: FileExpectation, tolerance: Tolerance): string[] {
  const problems: string[] = [];
  const { durationErrorMs, width, height } = report;
  if (durationErrorMs !== null && Math.abs(durationErrorMs) > tolerance.durationMs)
    problems.push(`Duration is ${report.durationMs.toFixed(0)} ms, ${durationErrorMs.toFixed(0)} ms off.`);
  if (expectation.width !== undefined && width !== expectation.width) problems.push(`Width is ${width}, not ${expectation.width}.`);
  if (expectation.height !== undefined && height !== expectation.height) problems.push(`Height is ${height}, not ${expectation.height}.`);
  return [...problems, ...report.people.flatMap((person) => personProblems(person, tolerance))];
}

function personProblems({ identity, video, audio, sync }: PersonReport, { lostPercent, offsetMs: limitMs }: Tolerance): string[] {
  const problems: string[] = [];
  const say = (text: string): void => void problems.push(`${identity}: ${text}`);
  if (video) {
    const limit = (video.framesExpected * lostPercent) / 100;
    if (video.framesExpected > 0 && video.framesSeen === 0) say('never seen.');
    if (video.framesLost > limit) say(`${video.framesLost} of ${video.framesExpected} frames lost.`);
    if (video.framesRepeated > limit) say(`${video.framesRepeated} pictures repeated.`);
    if (video.framesMisplaced > limit)
      say(
        `${video.framesMisplaced} pictures misplaced${video.strangers.length > 0 ? ` (seen instead: ${video.strangers.join(', ')})` : ''}.`,
      );
    if (video.framesDiscoloured > limit) say(`${video.framesDiscoloured} pictures in wrong colour.`);
    for (const { fromMs, toMs } of video.holes) say(`nothing to see from ${fromMs} to ${toMs} ms.`);
  }
  if (audio) {
    if (audio.beepsHeard < audio.beepsExpected * (1 - lostPercent / 100)) say(`${audio.beepsHeard} of ${audio.beepsExpected} beeps heard.`);
    for (const { fromMs, toMs } of audio.holes) say(`silent from ${fromMs} to ${toMs} ms.`);
  }
  for (const { minute, offsetMs } of sync) {
    if (offsetMs !== null && Math.abs(offsetMs) > limitMs) say(`sound is ${offsetMs.toFixed(1)} ms after the picture in minute ${minute}.`);
  }
  return problems;
}
