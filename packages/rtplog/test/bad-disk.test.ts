import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { nodeFileLayer, readSegment, SealFailedError, sealCrashedLog, verifyLog } from '@tapedeck/rtplog';
import type { FileLayer } from '@tapedeck/rtplog';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder, makeHeader, numbered, numberOf, openWriter, range, readAll } from './log-fixture.ts';
import type { PlainRecord } from './log-fixture.ts';

/** A disk with so many bytes left: a write that does not fit goes in by half and the next one fails. */
class LimitedDisk implements FileLayer {
  freeBytes: number;

  constructor(freeBytes: number) {
    this.freeBytes = freeBytes;
  }

  async open(path: string): ReturnType<FileLayer['open']> {
    const file = await nodeFileLayer.open(path);
    return {
      ...file,
      write: async (bytes, position) => {
        if (this.freeBytes <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        const written = await file.write(bytes.subarray(0, this.freeBytes), position);
        this.freeBytes -= written;
        return written;
      },
    };
  }

  rename(from: string, to: string): Promise<void> {
    return nodeFileLayer.rename(from, to);
  }
}

/** A disk whose writes do not end before `release`. */
function makeHangingDisk(): { readonly files: FileLayer; readonly release: () => void } {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const files: FileLayer = {
    ...nodeFileLayer,
    open: async (path) => {
      const file = await nodeFileLayer.open(path);
      return { ...file, write: async (bytes, position) => (await released, file.write(bytes, position)) };
    },
  };
  return { files, release };
}

const droppedIn = (records: readonly PlainRecord[]): number =>
  records
    .filter(({ kind }) => kind === 'gap')
    .reduce((sum, { bytes }) => sum + (JSON.parse(new TextDecoder().decode(bytes)) as { droppedPackets: number }).droppedPackets, 0);
const numbersIn = (records: readonly PlainRecord[]): number[] => records.filter(({ kind }) => kind === 'rtp').map(numberOf);

describe('a disk that is full', () => {
  it('costs whole packets, which are counted and named, and nothing that was written', async () => {
    const folder = makeFolder();
    const disk = new LimitedDisk(300_000);
    let refusals = 0;
    const writer = openWriter(folder, 1, { files: disk, maxBufferedBytes: 256 * 1024, flushIntervalMs: 5, onError: () => refusals++ });
    const track = writer.track(makeHeader('TR_a'));
    let sent = 0;
    const sendSome = (): void => {
      for (const number of range(20, sent)) track.append('rtp', number, numbered(number, 1000));
      sent += 20;
    };
    while (writer.stats.packetsDropped < 500 || refusals === 0) {
      sendSome();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const droppedBefore = writer.stats.packetsDropped;
    while (writer.stats.packetsDropped === droppedBefore) sendSome();
    const { packetsDropped } = writer.stats;
    disk.freeBytes = 10_000_000;
    await writer.flush();
    for (const number of range(100, sent)) track.append('rtp', number, numbered(number, 1000));
    await writer.seal('stopped');
    const { records, events } = await readAll(folder);
    expect(writer.stats.packetsDropped).toBe(packetsDropped);
    expect(droppedIn(records)).toBe(packetsDropped);
    const numbers = numbersIn(records);
    expect(numbers.slice(-100)).toEqual(range(100, sent));
    expect(numbers).toHaveLength(sent + 100 - packetsDropped);
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    const gaps = events.filter((event) => event.type === 'gap');
    expect(gaps.reduce((sum, event) => sum + (event.droppedPackets ?? 0), 0)).toBe(packetsDropped);
    expect(gaps).toContainEqual(expect.objectContaining({ trackSid: 'TR_a', reason: 'disk-full' }));
    expect(await verifyLog(`${folder}/e1`)).toMatchObject({ isSealed: true, problems: [] });
  });

  it('leaves no torn record when it stays full to the end, and the log can be sealed later', async () => {
    const folder = makeFolder();
    const disk = new LimitedDisk(100_000);
    const writer = openWriter(folder, 1, { files: disk, maxBufferedBytes: 256 * 1024, flushIntervalMs: 5, giveUpAfterMs: 50 });
    const track = writer.track(makeHeader('TR_a'));
    for (const number of range(200)) track.append('rtp', number, numbered(number, 1000));
    await expect(writer.seal('stopped')).rejects.toThrow(SealFailedError);
    const { goodBytes, sizeBytes, records } = readSegment(`${folder}/e1/tracks/TR_a/000001.rtplog`);
    expect(goodBytes).toBe(sizeBytes);
    expect(records.map(numberOf)).toEqual(range(records.length));
    expect(records.length + writer.stats.packetsDropped).toBe(200);
    await sealCrashedLog(`${folder}/e1`, 'disk full');
    expect((await readAll(folder)).records).toHaveLength(records.length);
  });
});

describe('a disk that hangs', () => {
  it('bounds memory, drops whole packets, and names them when it comes back', async () => {
    const folder = makeFolder();
    const { files, release } = makeHangingDisk();
    const writer = openWriter(folder, 1, { files, maxBufferedBytes: 1024 * 1024, flushIntervalMs: 5 });
    const tracks = range(4).map((index) => writer.track(makeHeader(`TR_${index}`)));
    const before = process.memoryUsage().arrayBuffers;
    for (const number of range(20_000)) tracks[number % 4]!.append('rtp', number, numbered(number, 1000));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30 * 1024 * 1024);
    const { packetsDropped } = writer.stats;
    expect(packetsDropped).toBeGreaterThan(18_900);
    release();
    await writer.flush();
    for (const number of range(8, 20_000)) tracks[number % 4]!.append('rtp', number, numbered(number, 1000));
    await writer.seal('stopped');
    const { records } = await readAll(folder);
    expect(droppedIn(records)).toBe(packetsDropped);
    expect(numbersIn(records)).toHaveLength(20_008 - packetsDropped);
    expect(numbersIn(records).slice(-8)).toEqual(range(8, 20_000));
  });
});

it('names the losses of a track that has nothing more to say', async () => {
  const folder = makeFolder();
  const { files, release } = makeHangingDisk();
  const writer = openWriter(folder, 1, { files, maxBufferedBytes: 256 * 1024 });
  const track = writer.track(makeHeader('TR_a'));
  for (const number of range(1000)) track.append('rtp', number, numbered(number, 1000));
  release();
  await writer.flush();
  await writer.seal('stopped');
  const { records, events } = await readAll(folder);
  expect(writer.stats.packetsDropped).toBeGreaterThan(500);
  expect(droppedIn(records)).toBe(writer.stats.packetsDropped);
  expect(records.at(-1)).toMatchObject({ kind: 'gap', arrivalUs: 999 });
  expect(events).toEqual([expect.objectContaining({ type: 'gap', reason: 'slow-disk' }), expect.objectContaining({ type: 'ended' })]);
});

/** A real file system of one mebibyte, or null when this process may not mount one. */
function mountSmallDisk(): string | null {
  const folder = `${makeFolder()}/disk`;
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('a real file system that is full', () => {
  it('behaves as the made-up one', async (context) => {
    const disk = mountSmallDisk();
    if (disk === null) {
      if ((process.env['TAPEDECK_REQUIRE'] ?? '').split(',').includes('tmpfs'))
        throw new Error('TAPEDECK_REQUIRE names tmpfs, but mount -t tmpfs failed.');
      return context.skip('SKIPPED: needs the right to mount a tmpfs (run as root).');
    }
    writeFileSync(`${disk}/ballast`, new Uint8Array(700 * 1024));
    const writer = openWriter(disk, 1, { maxBufferedBytes: 256 * 1024, flushIntervalMs: 5 });
    const track = writer.track(makeHeader('TR_a'));
    let number = 0;
    while (writer.stats.packetsDropped < 50 || statfsSync(disk).bavail > 0) {
      for (const next of range(20, number)) track.append('rtp', next, numbered(next, 1000));
      number += 20;
      await new Promise((resolve) => setImmediate(resolve));
    }
    rmSync(`${disk}/ballast`);
    await writer.flush();
    for (const next of range(50, number)) track.append('rtp', next, numbered(next, 1000));
    await writer.seal('stopped');
    const { records } = await readAll(disk);
    expect(droppedIn(records)).toBe(writer.stats.packetsDropped);
    expect(numbersIn(records)).toHaveLength(number + 50 - writer.stats.packetsDropped);
    expect(numbersIn(records).slice(-50)).toEqual(range(50, number));
    expect((await verifyLog(`${disk}/e1`)).problems).toEqual([]);
  });
});
