import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  LogExistsError,
  LogNotFoundError,
  monotonicUs,
  openLog,
  readLogBatches,
  readSegment,
  sealCrashedLog,
  verifyLog,
} from '@tapedeck/rtplog';
import type { ClosedFile } from '@tapedeck/rtplog';
import { firstPacketOnDisk } from '@tapedeck/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeHeader, numbered, numberOf, openWriter, range, readAll } from './log-fixture.ts';

describe('a sealed log', () => {
  it('comes back in arrival order over all tracks and events', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    const tracks = ['TR_a', 'TR_b', 'TR_c'].map((sid) => writer.track(makeHeader(sid)));
    for (const number of range(3000)) {
      tracks[number % 3]!.append(number % 50 === 0 ? 'rtcp' : 'rtp', number * 1000, numbered(number));
      if (number % 100 === 0) writer.event({ us: number * 1000 + 1, wall: number, type: 'muted', trackSid: 'TR_a' });
    }
    await writer.seal('stopped');
    const { records, events, hasEnded, batches } = await readAll(folder);
    expect(records.map(numberOf)).toEqual(range(3000));
    expect(records.map(({ arrivalUs }) => arrivalUs)).toEqual(range(3000).map((number) => number * 1000));
    expect(records.filter(({ kind }) => kind === 'rtcp').map(numberOf)).toEqual(range(60).map((number) => number * 50));
    expect(events.map(({ type }) => type)).toEqual([...range(30).map(() => 'muted'), 'ended']);
    expect(hasEnded).toBe(true);
    // Three seconds of arrival clock in windows of one second, and the end.
    expect(batches).toBe(4);
    expect(writer.stats).toMatchObject({ packetsWritten: 3000, packetsDropped: 0 });
  });

  it('rolls segments by size and by time, and reads across them', async () => {
    const folder = makeFolder();
    const closed: ClosedFile[] = [];
    const writer = openWriter(folder, 1, {
      segmentMaxBytes: 64 * 1024,
      segmentMaxUs: 2_000_000,
      onSegmentClosed: (segment) => closed.push(segment),
    });
    const large = writer.track(makeHeader('TR_large'));
    const slow = writer.track(makeHeader('TR_slow'));
    for (const number of range(1000)) {
      large.append('rtp', number * 10_000, numbered(number, 1000));
      if (number % 10 === 0) slow.append('rtp', number * 10_000, numbered(number));
    }
    const seal = await writer.seal('stopped');
    const names = (sid: string): string[] => readdirSync(`${folder}/e1/tracks/${sid}`).sort();
    expect(names('TR_large')).toHaveLength(16);
    expect(names('TR_slow')).toEqual(range(5, 1).map((number) => `00000${number}.rtplog`));
    for (const name of names('TR_large')) expect(statSync(`${folder}/e1/tracks/TR_large/${name}`).size).toBeLessThanOrEqual(64 * 1024);
    expect(closed.map(({ path }) => path).sort()).toEqual(
      seal.segments
        .map(({ path }) => path)
        .filter((path) => path !== 'session.jsonl')
        .sort(),
    );
    const { records } = await readAll(folder);
    expect(records.filter(({ trackSid }) => trackSid === 'TR_large').map(numberOf)).toEqual(range(1000));
    expect(records.filter(({ trackSid }) => trackSid === 'TR_slow').map(numberOf)).toEqual(range(100).map((number) => number * 10));
  });

  it('takes packets of every size up to a UDP datagram', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    const track = writer.track(makeHeader('TR_a'));
    const sizes = [4, 1200, 65_507, 4, 65_507, 65_507, 12];
    sizes.forEach((size, index) => track.append('rtp', index, numbered(index, size)));
    await writer.seal('stopped');
    expect((await readAll(folder)).records.map(({ bytes }) => bytes.length)).toEqual(sizes);
  });

  it('starts a segment with a new header when the formats of a track change', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    const track = writer.track(makeHeader('TR_a'));
    track.append('rtp', 1, numbered(1));
    const h264 = makeHeader('TR_a', { formats: [{ payloadType: 102, codec: 'h264', clockRateHz: 90_000, fmtp: '' }] });
    expect(writer.track(h264)).toBe(track);
    track.append('rtp', 2, numbered(2));
    await writer.seal('stopped');
    const codecs: string[] = [];
    for await (const { items } of readLogBatches(folder, { follow: false })) {
      for (const item of items) if (item.type === 'record') codecs.push(item.track.formats[0]!.codec);
    }
    expect(codecs).toEqual(['vp8', 'h264']);
  });

  it('holds what its seal says, and shows a changed byte', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    writer.track(makeHeader('TR_a')).append('rtp', 1, numbered(1));
    const seal = await writer.seal('stopped');
    expect(await writer.seal('again')).toBe(seal);
    expect(JSON.parse(readFileSync(`${folder}/e1/sealed.json`, 'utf8'))).toEqual(seal);
    expect(seal).toMatchObject({ version: 1, recordingId: 'rec_1', epoch: 1, reason: 'stopped', endedUs: 1 });
    expect(await verifyLog(`${folder}/e1`)).toMatchObject({ isSealed: true, problems: [] });
    const path = `${folder}/e1/tracks/TR_a/000001.rtplog`;
    const bytes = readFileSync(path);
    bytes[bytes.length - 10]! ^= 1;
    writeFileSync(path, bytes);
    expect((await verifyLog(`${folder}/e1`)).problems).toEqual([
      expect.stringMatching(/^tracks\/TR_a\/000001\.rtplog has an altered record \(bytes \d+ to \d+\)\.$/),
    ]);
  });

  it('is described without reading it', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    writer.event({ us: 1, wall: 1, type: 'started', recordingId: 'rec_1', epoch: 1, room: 'standup', bootId: 'b', recordingUs: 0 });
    writer.track(makeHeader('TR_a')).append('rtp', 1, numbered(1));
    await writer.seal('stopped');
    const log = await openLog(folder);
    expect(log).toMatchObject({ recordingId: 'rec_1', stats: { tracks: 1, segments: 1 } });
    expect(log.epochs[0]).toMatchObject({ epoch: 1, started: { room: 'standup' }, seal: { reason: 'stopped' } });
    expect(log.epochs[0]!.tracks[0]!.header).toEqual({ ...makeHeader('TR_a'), segment: 1 });
  });
});

describe('a log that was not sealed', () => {
  async function crashed(): Promise<string> {
    const folder = makeFolder();
    const writer = openWriter(folder, 1, { segmentMaxBytes: 4096 });
    const track = writer.track(makeHeader('TR_a'));
    for (const number of range(100)) track.append('rtp', number, numbered(number));
    await writer.close();
    return folder;
  }

  it('gives everything in front of a cut at any byte of its last segment', async () => {
    const folder = await crashed();
    const path = `${folder}/e1/tracks/TR_a/000004.rtplog`;
    const { size } = statSync(path);
    for (let cut = size; cut >= 0; cut -= 7) {
      truncateSync(path, cut);
      const { records } = await readAll(folder);
      expect(records.map(numberOf)).toEqual(range(records.length));
      expect(records.length).toBeGreaterThanOrEqual(90);
    }
  });

  it('goes on with the next segment behind a damaged one', async () => {
    const folder = await crashed();
    truncateSync(`${folder}/e1/tracks/TR_a/000002.rtplog`, 2000);
    const numbers = (await readAll(folder)).records.map(numberOf);
    expect(numbers.length).toBeLessThan(100);
    expect(numbers.at(-1)).toBe(99);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it.each([[[1]], [[2]], [[1, 2]], [[2, 3]]])('goes on behind segments that are gone (%j)', async (gone) => {
    const folder = await crashed();
    const segment = (number: number): string => `${folder}/e1/tracks/TR_a/00000${number}.rtplog`;
    const lost = gone.reduce((sum, number) => sum + readSegment(segment(number)).records.length, 0);
    for (const number of gone) rmSync(segment(number));
    const numbers = (await readAll(folder)).records.map(numberOf);
    expect(numbers).toHaveLength(100 - lost);
    expect(numbers.at(-1)).toBe(99);
  });

  it('can be sealed afterwards without being changed', async () => {
    const folder = await crashed();
    const path = `${folder}/e1/tracks/TR_a/000004.rtplog`;
    truncateSync(path, statSync(path).size - 5);
    rmSync(`${folder}/e1/chain.jsonl`); // an early version's log: everything is hashed
    const before = readFileSync(path);
    const seal = await sealCrashedLog(`${folder}/e1`, 'writer died');
    expect(seal).toMatchObject({ recordingId: 'rec_1', epoch: 1, reason: 'writer died', endedUs: 98 });
    expect(readFileSync(path)).toEqual(before);
    expect(await verifyLog(`${folder}/e1`)).toMatchObject({ isSealed: true, problems: [] });
    expect(await sealCrashedLog(`${folder}/e1`, 'again')).toEqual(seal);
    expect((await readAll(folder)).records.map(numberOf)).toEqual(range(99));
  });
});

it('seals the log of a writer that died before its first byte as an empty one', async () => {
  const folder = makeFolder();
  mkdirSync(`${folder}/rec_9/e3/tracks`, { recursive: true });
  const seal = await sealCrashedLog(`${folder}/rec_9/e3`, 'writer died');
  expect(seal).toMatchObject({ recordingId: 'rec_9', epoch: 3, segments: [] });
  expect(await readAll(`${folder}/rec_9`, { follow: true })).toMatchObject({ records: [], events: [], hasEnded: true });
});

describe('reading from a moment on', () => {
  it('leaves out earlier records and the epochs before, not events', async () => {
    const folder = makeFolder();
    for (const epoch of [1, 2]) {
      const writer = openWriter(folder, epoch, { segmentMaxUs: 1_000_000 });
      const track = writer.track(makeHeader('TR_a', { epoch }));
      writer.event({ us: 0, wall: 0, type: 'note', text: `epoch ${epoch}` });
      for (const number of range(1000)) track.append('rtp', number * 10_000, numbered(number));
      await writer.close();
    }
    const first = await readAll(folder, { follow: false, fromUs: 5_005_000 });
    expect(first.records.map(({ epoch, bytes }) => epoch * 10_000 + numberOf({ bytes }))).toEqual([
      ...range(499, 10_501),
      ...range(1000, 20_000),
    ]);
    const second = await readAll(folder, { follow: false, fromUs: 9_980_000, fromEpoch: 2 });
    expect(second.records.map(({ epoch, bytes }) => epoch * 10_000 + numberOf({ bytes }))).toEqual([20_998, 20_999]);
    expect(second.events.map((event) => event.type === 'note' && event.text)).toEqual(['epoch 1', 'epoch 2']);
  });
});

describe('any log', () => {
  it('comes back whole, in order of arrival, whatever its sizes, times and segments', async () => {
    const packet = fc.record({
      track: fc.nat(3),
      stepUs: fc.oneof(fc.nat(2000), fc.nat(3_000_000)),
      sizeBytes: fc.oneof(fc.integer({ min: 4, max: 200 }), fc.integer({ min: 4, max: 65_507 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 60 }), fc.integer({ min: 1000, max: 300_000 }), async (packets, segmentMaxBytes) => {
        const folder = mkdtempSync(`${tmpdir()}/rtplog-any-`);
        try {
          const writer = openWriter(folder, 1, { segmentMaxBytes });
          let us = 0;
          const sent = packets.map(({ track, stepUs, sizeBytes }, index) => {
            us += stepUs;
            writer.track(makeHeader(`TR_${track}`)).append('rtp', us, numbered(index, sizeBytes));
            return { trackSid: `TR_${track}`, arrivalUs: us, number: index, sizeBytes };
          });
          await writer.close();
          const { records } = await readAll(folder);
          // Records of the same microsecond on different tracks have no order.
          const sortKey = (item: { readonly arrivalUs: number; readonly number: number }): number => item.arrivalUs * 1000 + item.number;
          const read = records.map((record) => ({
            trackSid: record.trackSid,
            arrivalUs: record.arrivalUs,
            number: numberOf(record),
            sizeBytes: record.bytes.length,
          }));
          expect(read.map(({ arrivalUs }) => arrivalUs)).toEqual(sent.map(({ arrivalUs }) => arrivalUs));
          expect(read.toSorted((one, other) => sortKey(one) - sortKey(other))).toEqual(sent);
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('wrong use', () => {
  it('refuses a second writer in an epoch', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    await writer.seal('stopped');
    expect(() => openWriter(folder)).toThrow(LogExistsError);
  });

  it('drops and counts what comes after the end', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    const track = writer.track(makeHeader('TR_a'));
    track.append('rtp', 1, numbered(1));
    await writer.seal('stopped');
    track.append('rtp', 2, numbered(2));
    writer.track(makeHeader('TR_late')).append('rtp', 3, numbered(3));
    writer.event({ us: 4, wall: 4, type: 'note', text: 'late' });
    expect(writer.stats).toMatchObject({ packetsWritten: 1, packetsDropped: 2 });
    const { records, events } = await readAll(folder);
    expect(records.map(numberOf)).toEqual([1]);
    expect(events.map(({ type }) => type)).toEqual(['ended']);
    expect((await verifyLog(`${folder}/e1`)).problems).toEqual([]);
  });

  it('refuses a track sid that is no file name', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    for (const sid of ['../x', 'a/b', '', '..']) expect(() => writer.track(makeHeader(sid))).toThrow(RangeError);
    await writer.close();
    expect(existsSync(`${folder}/x`)).toBe(false);
  });

  it('says so when there is no log', async () => {
    const folder = makeFolder();
    await expect(readAll(`${folder}/nothing`)).rejects.toThrow(LogNotFoundError);
    await expect(openLog(folder)).rejects.toThrow(LogNotFoundError);
    await expect(sealCrashedLog(`${folder}/e1`, 'x')).rejects.toThrow(LogNotFoundError);
  });
});

describe('a log that is being written', () => {
  it('has the first packet of each track on disk within moments, however long a batch may wait', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder, 1, { flushIntervalMs: 3_600_000 });
    const startedUs = monotonicUs();
    for (const [index, sid] of ['TR_a', 'TR_b'].entries()) {
      writer.event({ us: index, wall: index, type: 'muted', trackSid: sid });
      writer.track(makeHeader(sid)).append('rtp', index, numbered(index));
    }
    await firstPacketOnDisk(`${folder}/e1/tracks/TR_a`);
    await firstPacketOnDisk(`${folder}/e1/tracks/TR_b`);
    expect(monotonicUs() - startedUs).toBeLessThan(1_000_000);
    await expect.poll(() => readFileSync(`${folder}/e1/session.jsonl`, 'utf8').trim().split('\n').length).toBe(2);
    writer.track(makeHeader('TR_c')).append('rtp', 2, numbered(2)); // a track that begins later
    await firstPacketOnDisk(`${folder}/e1/tracks/TR_c`);
    await writer.close();
  });
});
