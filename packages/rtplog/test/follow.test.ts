import { mkdirSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { monotonicUs, openLogWriter, readLogBatches } from '@tapedeck/rtplog';
import type { LogBatch } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeHeader, numbered, numberOf, openWriter, plain, range, readAll } from './log-fixture.ts';
import type { PlainRecord } from './log-fixture.ts';

describe('a follower', () => {
  it('sees every record once and in order while segments roll, tracks appear and an epoch follows, and then the end', async () => {
    const folder = `${makeFolder()}/rec_1`;
    const following = readAll(folder, { follow: true });
    for (const epoch of [1, 2]) {
      const writer = openWriter(folder, epoch, { segmentMaxBytes: 8192, flushIntervalMs: 5 });
      for (const step of range(60)) {
        const us = step * 20_000;
        for (const sid of step < 30 ? ['TR_a'] : ['TR_a', 'TR_b'])
          writer.track(makeHeader(sid, { epoch })).append('rtp', us, numbered(step, 500));
        if (step % 5 === 4) {
          writer.event({ us, wall: 0, type: 'clock' });
          await writer.flush();
        }
      }
      // Epoch 1 is left as a crash leaves it: that epoch 2 exists ends it.
      await (epoch === 1 ? writer.close() : writer.seal('stopped'));
    }
    const followed = await following;
    const offline = await readAll(folder);
    expect(followed.hasEnded).toBe(true);
    expect(followed.records).toEqual(offline.records);
    expect(followed.events).toEqual(offline.events);
    for (const epoch of [1, 2]) {
      const of = (sid: string): number[] =>
        followed.records.filter((record) => record.epoch === epoch && record.trackSid === sid).map(numberOf);
      expect(of('TR_a')).toEqual(range(60));
      expect(of('TR_b')).toEqual(range(30, 30));
    }
  });

  it('gives out nothing beyond the last clock event, and that soon', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder, 1, { flushIntervalMs: 5 });
    const track = writer.track(makeHeader('TR_a'));
    const abort = new AbortController();
    const batches: AsyncGenerator<LogBatch, undefined> = readLogBatches(folder, { follow: true, signal: abort.signal });
    track.append('rtp', 10, numbered(10));
    track.append('rtp', 20, numbered(20));
    writer.event({ us: 15, wall: 0, type: 'clock' });
    const first = await batches.next();
    expect(first.value?.watermarkUs).toBe(15);
    expect(first.value?.items.map((item) => (item.type === 'record' ? item.record.arrivalUs : item.event.type))).toEqual([10, 'clock']);
    const second = batches.next();
    track.append('rtp', 25, numbered(25));
    writer.event({ us: 25, wall: 0, type: 'clock' });
    expect((await second).value?.items.map((item) => (item.type === 'record' ? item.record.arrivalUs : item.event.type))).toEqual([
      20,
      'clock',
      25,
    ]);
    const third = batches.next();
    abort.abort();
    expect(await third).toEqual({ done: true, value: undefined });
    await writer.close();
  });

  it('is handed each second of a running log by the writer alone', async () => {
    const folder = makeFolder();
    const writer = openLogWriter({ dir: `${folder}/e1`, recordingId: 'rec_1', epoch: 1, clockIntervalMs: 100 });
    const track = writer.track(makeHeader('TR_a'));
    const timer = setInterval(() => track.append('rtp', monotonicUs(), numbered(written++)), 2);
    let written = 0;
    const records: PlainRecord[] = [];
    const lagUs: number[] = [];
    for await (const { items, watermarkUs, hasEnded } of readLogBatches(folder, { follow: true })) {
      if (!hasEnded) lagUs.push(monotonicUs() - watermarkUs);
      for (const item of items) if (item.type === 'record') records.push(plain(item));
      if (lagUs.length === 8 && !hasEnded) {
        clearInterval(timer);
        await writer.seal('stopped');
      }
    }
    expect(records.map(numberOf)).toEqual(range(written));
    // Five clock intervals: a loose bound that an unwatched folder or a missing poll still breaks.
    expect(Math.min(...lagUs)).toBeLessThan(500_000);
  });

  it('waits for the rest of a record that is only half there', async () => {
    const folder = makeFolder();
    const source = makeFolder();
    const writer = openWriter(source);
    const track = writer.track(makeHeader('TR_a'));
    for (const number of range(4)) track.append('rtp', number, numbered(number));
    await writer.seal('stopped');
    const bytes = readFileSync(`${source}/e1/tracks/TR_a/000001.rtplog`);
    mkdirSync(`${folder}/e1/tracks/TR_a`, { recursive: true });
    const path = `${folder}/e1/tracks/TR_a/000001.rtplog`;
    const clock = (us: number): string => `${JSON.stringify({ us, wall: 0, type: 'clock' })}\n`;
    writeFileSync(path, bytes.subarray(0, bytes.length - 30));
    writeFileSync(`${folder}/e1/session.jsonl`, clock(2));
    const batches: AsyncGenerator<LogBatch, undefined> = readLogBatches(folder, { follow: true });
    const numbers = async (): Promise<(number | string)[]> => {
      const { value } = await batches.next();
      return (value?.items ?? []).map((item) => (item.type === 'record' ? numberOf(item.record) : item.event.type));
    };
    expect(await numbers()).toEqual([0, 1, 'clock', 2]);
    const next = numbers();
    appendFileSync(path, bytes.subarray(bytes.length - 30));
    const half = clock(3);
    appendFileSync(`${folder}/e1/session.jsonl`, half.slice(0, 10));
    appendFileSync(`${folder}/e1/session.jsonl`, half.slice(10));
    expect(await next).toEqual(['clock', 3]);
    await batches.return(undefined);
  });

  it('starts in the middle: a log that is an hour old is caught up in bounded batches', async () => {
    const folder = makeFolder();
    const writer = openWriter(folder);
    const track = writer.track(makeHeader('TR_a'));
    for (const second of range(3600)) {
      for (const step of range(5)) track.append('rtp', second * 1_000_000 + step * 200_000, numbered(second * 5 + step));
      writer.event({ us: second * 1_000_000 + 900_000, wall: 0, type: 'clock' });
    }
    await writer.flush();
    const abort = new AbortController();
    let records = 0;
    let largest = 0;
    for await (const { items } of readLogBatches(folder, { follow: true, signal: abort.signal })) {
      const count = items.filter(({ type }) => type === 'record').length;
      records += count;
      largest = Math.max(largest, count);
      if (records === 18_000) abort.abort();
    }
    expect(records).toBe(18_000);
    expect(largest).toBeLessThanOrEqual(6);
    await writer.close();
  });
});
