import { expect, test } from 'vitest';
import { createTimeline } from './index.ts';
import type { ArrivalUs, NtpUs, RecordingUs, Timeline, TrackTimeline } from './index.ts';

const S = 1_000_000;
const WALL = 1_700_000_000 * S;

function newTimeline(): Timeline {
  const timeline = createTimeline();
  timeline.startEpoch(1, 0 as ArrivalUs, 0 as RecordingUs);
  return timeline;
}

/** One hand-driven track: every call says what the sender does, time in seconds. */
class Driver {
  ssrc = 1;
  /** Ticks at time 0; changing it is a jump. */
  base = 1000;
  sequence = 65_500;
  delayS = 0.05;
  clockRateHz: number;
  readonly line: TrackTimeline;

  constructor(timeline: Timeline, sid: string, participant: string, clockRateHz: number) {
    this.line = timeline.track(sid, participant, clockRateHz);
    this.clockRateHz = clockRateHz;
  }
  ticks(t: number): number {
    return (Math.round(this.base + t * this.clockRateHz) + 2 ** 32) % 2 ** 32;
  }
  packet(t: number, delayS = this.delayS): void {
    const packet = { ssrc: this.ssrc, timestamp: this.ticks(t), sequenceNumber: this.sequence, clockRateHz: this.clockRateHz };
    this.sequence = (this.sequence + 1) & 0xffff;
    this.line.observePacket(packet, Math.round((t + delayS) * S) as ArrivalUs);
  }
  /** A packet each 20 ms. */
  run(fromS: number, toS: number): void {
    for (let n = Math.round(fromS * 50); n < Math.round(toS * 50); n++) this.packet(n / 50);
  }
  report(t: number, wallOffsetS = 0): void {
    const report = { ssrc: this.ssrc, ntpUs: (WALL + (t + wallOffsetS) * S) as NtpUs, rtpTimestamp: this.ticks(t) };
    this.line.observeSenderReport(report, Math.round((t + this.delayS) * S) as ArrivalUs);
  }
  /** Recording time in s, against the ideal `t + delay`. */
  error(t: number): number {
    return this.line.toRecordingUs(this.ssrc, this.ticks(t))! / S - t - 0.05;
  }
}

const sound = (timeline = newTimeline(), participant = 'p'): Driver => new Driver(timeline, `${participant}.audio`, participant, 48_000);

test('null before the first packet of an SSRC; an error before the first epoch', () => {
  const driver = sound();
  driver.report(1);
  expect(driver.line.toRecordingUs(1, 0)).toBeNull();
  expect(() => sound(createTimeline()).packet(0)).toThrow(/startEpoch/);
});

test('wraps of timestamp and sequence number go unnoticed', () => {
  const driver = sound();
  driver.base = 2 ** 32 - 48_000 * 3;
  driver.run(0, 30);
  for (const t of [0, 2.98, 3, 3.02, 29]) expect(driver.error(t)).toBeCloseTo(0, 5);
});

test.each([
  ['ahead', 1_987_654_321],
  ['back', -1_987_654_321],
  ['ahead by two seconds', 96_000],
  ['back by two seconds', -96_000],
  ['back by a tenth of a second', -4800],
])('a timestamp jump %s starts a stretch at the expected time; media from before the jump keeps its place', (_, ticks) => {
  const driver = sound();
  driver.run(0, 10);
  const before = driver.ticks(9.98);
  const said = driver.line.toRecordingUs(1, before)!;
  driver.base = (driver.base + ticks + 2 ** 32) % 2 ** 32;
  driver.run(10, 20);
  for (const t of [10, 10.02, 15, 19.98]) expect(driver.error(t)).toBeCloseTo(0, 4);
  if (Math.abs(ticks) > 48_000 * 20) expect(driver.line.toRecordingUs(1, before)).toBe(said);
});

test('a jump whose first packet is late goes on with the beat of the packets before', () => {
  const driver = sound();
  driver.run(0, 10);
  driver.base += 1_000_000;
  driver.packet(10, 0.065);
  driver.run(10.02, 20);
  for (const t of [10, 10.04, 12, 19.98]) expect(Math.abs(driver.error(t))).toBeLessThan(0.001);
});

test('a new SSRC goes on without a step, also with a report that comes before its first packet', () => {
  const driver = sound();
  driver.run(0, 10);
  for (let t = 1; t < 10; t += 3) driver.report(t);
  driver.ssrc = 2;
  driver.base = 4_000_000_000;
  driver.report(10);
  driver.run(10, 20);
  for (const t of [10, 12, 19]) expect(Math.abs(driver.error(t))).toBeLessThan(0.001);
  expect(driver.line.toRecordingUs(1, 1000)).toBe(50_000);
});

test('a change of clock rate (another codec) is a new stretch', () => {
  const driver = sound();
  driver.run(0, 10);
  driver.clockRateHz = 8000;
  driver.base = 77;
  driver.run(10, 20);
  for (const t of [10, 15, 19]) expect(driver.error(t)).toBeCloseTo(0, 3);
});

test('silence in which RTP time runs on (DTX) and silence in which it stands still (mute) both end at the right time', () => {
  const driver = sound();
  driver.run(0, 10);
  driver.run(40, 50);
  expect(driver.error(40)).toBeCloseTo(0, 4);
  driver.base -= 48_000 * 30; // frozen for 30 s
  driver.run(80, 90);
  for (const t of [80, 89]) expect(driver.error(t)).toBeCloseTo(0, 4);
});

test('a queue that stalls for 1.5 s and then empties moves nothing', () => {
  const driver = sound();
  driver.run(0, 10);
  for (let n = 500; n < 575; n++) driver.packet(n / 50, 11.55 - n / 50);
  driver.run(11.5, 30);
  for (const t of [5, 10.5, 11.48, 12, 29]) expect(Math.abs(driver.error(t))).toBeLessThan(0.001);
});

test('late, reordered and repeated packets move nothing', () => {
  const driver = sound();
  driver.run(0, 10);
  const { sequence } = driver;
  for (const back of [1, 5, 200]) {
    const packet = { ssrc: 1, timestamp: driver.ticks(10 - back / 50), sequenceNumber: (sequence - back) & 0xffff, clockRateHz: 48_000 };
    driver.line.observePacket(packet, (10.5 * S) as ArrivalUs);
  }
  driver.run(10, 20);
  for (const t of [0, 9, 15]) expect(driver.error(t)).toBeCloseTo(0, 5);
});

test('the first report bends the map of the picture towards the sound, and never jumps', () => {
  const timeline = newTimeline();
  const audio = sound(timeline);
  const video = new Driver(timeline, 'p.video', 'p', 90_000);
  video.delayS = 0.2; // the encoder takes 150 ms
  let last = 0;
  for (let t = 0; t < 60; t += 0.02) {
    audio.packet(t);
    video.packet(t);
    if (Math.round(t * 50) % 150 === 120) [audio, video].forEach((one) => one.report(t));
    const now = video.line.toRecordingUs(1, video.ticks(t))!;
    expect(now - last).toBeGreaterThan(0.02 * S * 0.69);
    last = now;
  }
  expect(video.error(1)).toBeGreaterThan(0.1);
  expect(Math.abs(video.error(30))).toBeLessThan(0.001);
  expect(Math.abs(audio.error(30))).toBeLessThan(0.001);
});

test('a sender that sets its wall clock by an hour moves neither sound nor picture', () => {
  const timeline = newTimeline();
  const audio = sound(timeline);
  const video = new Driver(timeline, 'p.video', 'p', 90_000);
  for (let n = 0; n < 6000; n++) {
    const t = n / 50;
    const jitterS = ((n * 7) % 13) / 100;
    audio.packet(t, 0.05 + jitterS);
    video.packet(t, 0.06 + jitterS);
    const step = t > 60 ? 3600 : 0;
    if (Math.round(t * 50) % 150 === 20) audio.report(t, step);
    if (Math.round(t * 50) % 150 === 90) video.report(t, step);
    if (t < 30) continue;
    expect(Math.abs(audio.error(t))).toBeLessThan(0.005);
    expect(Math.abs(video.error(t) - audio.error(t))).toBeLessThan(0.005);
  }
});

test('a sound card that loses 400 ms of samples is put back in time by the reports', () => {
  const timeline = newTimeline();
  const audio = sound(timeline);
  const video = new Driver(timeline, 'p.video', 'p', 90_000);
  for (let t = 0; t < 200; t += 0.02) {
    if (Math.round(t * 50) === 50 * 60) audio.base -= 0.4 * 48_000;
    audio.packet(t);
    video.packet(t);
    if (Math.round(t * 50) % 150 === 120) [audio, video].forEach((one) => one.report(t));
  }
  expect(Math.abs(audio.error(199))).toBeLessThan(0.002);
  expect(Math.abs(video.error(199))).toBeLessThan(0.002);
});

test('wall clocks that cannot belong together are tied by arrival', () => {
  const timeline = newTimeline();
  const audio = sound(timeline);
  const video = new Driver(timeline, 'p.video', 'p', 90_000);
  for (let t = 0; t < 60; t += 0.02) {
    audio.packet(t);
    video.packet(t);
    if (Math.round(t * 50) % 150 === 20) audio.report(t);
    if (Math.round(t * 50) % 150 === 90) video.report(t, -86_400);
  }
  for (const t of [3, 30, 59]) expect(Math.abs(video.error(t) - audio.error(t))).toBeLessThan(0.003);
});

test('reports without a wall clock say nothing', () => {
  const driver = sound();
  driver.run(0, 10);
  for (let t = 1; t < 10; t += 3)
    driver.line.observeSenderReport({ ssrc: 1, ntpUs: 2_085_978_496_000_000 as NtpUs, rtpTimestamp: 5 }, (t * S) as ArrivalUs);
  driver.report(9);
  driver.run(10, 20);
  expect(Math.abs(driver.error(15))).toBeLessThan(0.001);
});

test('a pause is cut out: recording time stands still and goes on', () => {
  const timeline = newTimeline();
  const driver = sound(timeline);
  driver.run(0, 30);
  timeline.pause((10 * S) as ArrivalUs);
  timeline.pause((11 * S) as ArrivalUs);
  expect(timeline.fromArrival((12 * S) as ArrivalUs)).toBe(10 * S);
  timeline.resume((20 * S) as ArrivalUs);
  timeline.resume((21 * S) as ArrivalUs);
  expect([5, 10, 15, 20, 25].map((t) => timeline.fromArrival((t * S) as ArrivalUs) / S)).toEqual([5, 10, 10, 10, 15]);
  expect(driver.error(5)).toBeCloseTo(0, 4);
  expect(driver.error(25)).toBeCloseTo(-10, 4);
});

test('a new epoch carries recording time on, on another arrival clock too, and leaves earlier pauses out', () => {
  const timeline = newTimeline();
  const driver = sound(timeline);
  driver.run(0, 20);
  timeline.pause((5 * S) as ArrivalUs);
  timeline.resume((8 * S) as ArrivalUs);
  timeline.startEpoch(2, (1000 * S) as ArrivalUs, (20 * S) as RecordingUs);
  expect(timeline.fromArrival((1001 * S) as ArrivalUs)).toBe(21 * S);
  driver.delayS = 1000.05 - 23;
  driver.run(23, 30);
  expect(driver.line.toRecordingUs(1, driver.ticks(23))! / S).toBeCloseTo(20.05, 4);
});

test('timestamps that stood still during a mute are noticed at once, also with reports', () => {
  const driver = sound();
  for (let t = 1; t < 10; t += 3) {
    driver.run(t - 1, t + 2);
    driver.report(t + 2);
  }
  driver.base -= 48_000 * 10;
  driver.run(22, 24);
  expect(Math.abs(driver.error(22.5))).toBeLessThan(0.01);
  driver.report(24);
  driver.run(24, 30);
  expect(Math.abs(driver.error(29))).toBeLessThan(0.01);
});

test('a correction that falls into a gap is made in the gap', () => {
  const driver = sound();
  driver.delayS = 0.25;
  driver.run(0, 15);
  driver.delayS = 0.05;
  driver.run(25, 30);
  expect(driver.error(14)).toBeCloseTo(0.2, 3);
  expect(driver.error(25)).toBeCloseTo(0, 3);
});

test('the same calls give the same answers', () => {
  const play = (): unknown[] => {
    const driver = sound();
    driver.run(0, 5);
    driver.report(4);
    driver.run(6, 12);
    return [1, 4.5, 7, 11].map((t) => driver.line.toRecordingUs(1, driver.ticks(t)));
  };
  expect(play()).toEqual(play());
});

test('a track that begins in a burst is put right within two seconds', () => {
  const driver = sound();
  for (let n = 0; n < 20; n++) driver.packet(n / 50, 0.45 - n / 50);
  driver.run(0.4, 10);
  expect(driver.error(0)).toBeCloseTo(0.4, 2);
  expect(Math.abs(driver.error(3))).toBeLessThan(0.015);
});

test("an encoder's delay, once known from reports, is kept over a new SSRC", () => {
  const timeline = newTimeline();
  const audio = sound(timeline);
  const video = new Driver(timeline, 'p.video', 'p', 90_000);
  video.delayS = 0.35;
  for (let t = 0; t < 30; t += 0.02) {
    audio.packet(t);
    video.packet(t);
    if (Math.round(t * 50) % 150 === 120) [audio, video].forEach((one) => one.report(t));
  }
  video.ssrc = 9;
  video.base = 123;
  for (let t = 30; t < 40; t += 0.02) video.packet(t);
  for (const t of [30, 31, 35, 39]) expect(Math.abs(video.error(t))).toBeLessThan(0.005);
});

test('without reports, timestamps that stood still for a second are noticed by their lateness', () => {
  const driver = sound();
  driver.run(0, 10);
  driver.base -= 48_000;
  driver.run(11, 20);
  expect(driver.error(11.5)).toBeCloseTo(-1, 1);
  for (const t of [15, 19]) expect(Math.abs(driver.error(t))).toBeLessThan(0.001);
});
