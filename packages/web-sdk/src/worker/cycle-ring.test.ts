import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CycleRing } from './cycle-ring.ts';
import { DiskFile } from './disk-file.ts';
import { WavFile } from './wav-file.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tapedeck-ring-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of the disk in place of one of the private file system. */
function openDisk(name: string): Promise<DiskFile> {
  const file = openSync(join(folder, name), 'w+');
  const handle = {
    getSize: () => fstatSync(file).size,
    read: (bytes: Uint8Array, { at }: { at: number }) => readSync(file, bytes, 0, bytes.length, at),
    write: (bytes: Uint8Array, { at }: { at: number }) => writeSync(file, bytes, 0, bytes.length, at),
    truncate: (size: number) => ftruncateSync(file, size),
    flush: () => fsyncSync(file),
    close: () => closeSync(file),
  };
  return DiskFile.open({ createSyncAccessHandle: () => Promise.resolve(handle) } as unknown as FileSystemFileHandle);
}

/** The samples of a WAV file as its header counts them. */
function samplesOf(name: string): Int16Array {
  const bytes = readFileSync(join(folder, name));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + 80, bytes.byteOffset + 80 + bytes.readUInt32LE(76)));
}

const fail = (cause: unknown): never => {
  throw cause as Error;
};

describe.each([1, 2] as const)('a ring of 15 minutes after 20 of %i channels', (channels) => {
  const rateHz = 4000; // a ring counts samples, whatever their rate
  const shape = { rateHz, channels, capacity: 900 * rateHz, bitrateBps: 0 };

  /** Second n is full of n on the first channel and of −n on the second, in blocks of a length that divides nothing. */
  function fill(ring: CycleRing): void {
    const frames = 1200 * rateHz + 777;
    for (let at = 0; at < frames;) {
      const count = Math.min(1777, frames - at);
      const planes = new Float32Array(count * channels);
      for (let i = 0; i < planes.length; i++) planes[i] = (Math.floor((at + (i % count)) / rateHz + 1) * (i < count ? 1 : -1)) / 32_767;
      ring.addSound(planes, channels);
      at += count;
    }
  }

  function expectLast15(name: string): void {
    const samples = samplesOf(name);
    expect(samples.length).toBe(900 * rateHz * channels);
    const wrong = samples.findIndex((sample, index) => {
      const second = Math.floor((300 * rateHz + 777 + Math.floor(index / channels)) / rateHz) + 1;
      return sample !== (index % channels === 0 ? second : -second);
    });
    expect(wrong).toBe(-1);
  }

  test('holds minutes 5 to 20, to the sample, poured into a file', { timeout: 60_000 }, async () => {
    const disk = await openDisk('ring');
    const ring = new CycleRing(disk, shape, fail);
    fill(ring);
    expect(disk.sizeBytes).toBe(80 + 900 * rateHz * 2 * channels);
    const out = await openDisk('poured.wav');
    expect(await new CycleRing(disk, shape).pourInto(new WavFile(out, rateHz, channels, fail))).toBe(true); // a crash forgets all but the file
    out.close();
    expectLast15('poured.wav');
    disk.close();
  });

  test('holds the same when the ring itself becomes the file', { timeout: 60_000 }, async () => {
    const disk = await openDisk('turned.wav');
    const ring = new CycleRing(disk, shape, fail);
    fill(ring);
    ring.becomeWav();
    disk.close();
    expectLast15('turned.wav');
  });
});

test('a ring that did not come round becomes a file of what there is', async () => {
  const disk = await openDisk('short.wav');
  const ring = new CycleRing(disk, { rateHz: 100, channels: 1, capacity: 1000, bitrateBps: 0 }, fail);
  ring.addSound(
    Float32Array.from({ length: 321 }, (_, index) => index / 32_767),
    1,
  );
  ring.becomeWav();
  disk.close();
  expect([...samplesOf('short.wav')]).toEqual(Array.from({ length: 321 }, (_, index) => index));
});
