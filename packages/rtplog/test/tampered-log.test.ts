import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { crc32c, readSegment, sealCrashedLog, verifyLog } from '@tapedeck/rtplog';
import type { Finding, Seal } from '@tapedeck/rtplog';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, makeHeader, numbered, openWriter } from './log-fixture.ts';

const recordBytes = 1017;
let dir = '';

/** A log of two tracks: segments of 100 records (TR_a; more than one mark) and of 10 (TR_b). */
async function write(end: 'seal' | 'kill'): Promise<string> {
  const folder = makeFolder();
  const writer = openWriter(folder, 1, { segmentMaxUs: 100_000 });
  writer.event({ type: 'started', recordingId: 'rec_1', epoch: 1, room: 'r', bootId: 'b', recordingUs: 0, us: 0, wall: 0 });
  const [a, b] = [writer.track(makeHeader('TR_a')), writer.track(makeHeader('TR_b'))];
  for (let index = 0; index < 250; index++) {
    a.append('rtp', index * 1000, numbered(index, 1000));
    if (index % 10 === 0) b.append('rtp', index * 1000, numbered(index, 1000));
    if (index % 50 === 0) writer.event({ type: 'note', text: `at ${index}`, us: index * 1000, wall: 0 });
  }
  await writer.seal('stopped');
  const epochDir = `${folder}/e1`;
  if (end === 'seal') return epochDir;
  // As a killed writer leaves it: no seal, no link of the files that were open, no last event.
  rmSync(`${epochDir}/sealed.json`);
  const links = readFileSync(`${epochDir}/chain.jsonl`, 'utf8').split('\n');
  const finished = links.filter((link) => /00000[12]/.test(link));
  writeFileSync(`${epochDir}/chain.jsonl`, `${finished.join('\n')}\n{"path":"tra`);
  const session = readFileSync(`${epochDir}/session.jsonl`, 'utf8').trimEnd().split('\n');
  writeFileSync(`${epochDir}/session.jsonl`, `${session.slice(0, -1).join('\n')}\n{"us":2`);
  return epochDir;
}

const first = `tracks/TR_a/000001.rtplog`;
const at = (path: string): string => `${dir}/${path}`;
const headerEnd = (path: string): number => readSegment(at(path)).goodBytes - readSegment(at(path)).records.length * recordBytes;
const findings = async (): Promise<readonly Finding[]> => (await verifyLog(dir)).findings;

function change(path: string, offset: number, edit: (byte: number) => number): void {
  const bytes = readFileSync(at(path));
  bytes[offset] = edit(bytes[offset]!);
  writeFileSync(at(path), bytes);
}

/** Changes a record's payload and makes its sum anew, as somebody would who knows the format. */
function forge(path: string, record: number): number {
  const bytes = readFileSync(at(path));
  const start = headerEnd(path) + record * recordBytes;
  bytes[start + 500]! ^= 0xff;
  bytes.writeUInt32LE(crc32c(bytes, start, start + recordBytes - 4), start + recordBytes - 4);
  writeFileSync(at(path), bytes);
  return start + 500;
}

describe('a sealed log that somebody has changed', () => {
  beforeEach(async () => {
    dir = await write('seal');
    expect(await findings()).toEqual([]);
  });

  it.each([0, 7, 63, 99])('names the record of a changed byte (record %i)', async (record) => {
    const start = headerEnd(first) + record * recordBytes;
    change(first, start + 300, (byte) => byte ^ 1);
    expect(await findings()).toMatchObject([{ path: first, kind: 'altered', fromByte: start, toByte: start + recordBytes }]);
  });

  it('names the record whose length was changed', async () => {
    const start = headerEnd(first) + 5 * recordBytes;
    change(first, start + 1, () => 0xff);
    expect(await findings()).toMatchObject([{ path: first, kind: 'altered', fromByte: start, toByte: start + recordBytes }]);
  });

  it('names the header', async () => {
    change(first, 30, (byte) => byte ^ 1);
    expect(await findings()).toMatchObject([{ path: first, kind: 'altered', fromByte: 0, toByte: headerEnd('tracks/TR_a/000002.rtplog') }]);
  });

  it('names the first of several', async () => {
    const start = headerEnd(first) + 20 * recordBytes;
    for (const record of [90, 20, 50]) change(first, headerEnd(first) + record * recordBytes + 100, (byte) => byte ^ 4);
    expect(await findings()).toMatchObject([{ path: first, fromByte: start }]);
  });

  it.each([3, 80])('names the 16 KiB in which a record was forged, sum and all (record %i)', async (record) => {
    const changed = forge(first, record);
    const [found] = await findings();
    expect(found).toMatchObject({ path: first, kind: 'altered' });
    expect(found!.fromByte).toBeLessThanOrEqual(changed);
    expect(found!.toByte).toBeGreaterThan(changed);
    expect(found!.toByte - found!.fromByte).toBeLessThanOrEqual(16_384);
  });

  it('names what was cut off, within a record and between two', async () => {
    const size = readFileSync(at(first)).length;
    truncateSync(at(first), size - 10);
    expect(await findings()).toMatchObject([{ path: first, kind: 'truncated', fromByte: size - 10, toByte: size }]);
    const cut = headerEnd(first) + 30 * recordBytes;
    truncateSync(at(first), cut);
    // Whole records: they may also have been taken out behind the last mark.
    const mark = Math.floor(cut / 16_384) * 16_384;
    expect(await findings()).toMatchObject([{ path: first, kind: 'truncated', fromByte: mark, toByte: size }]);
  });

  it('names what was appended', async () => {
    const bytes = readFileSync(at(first));
    appendFileSync(at(first), bytes.subarray(-recordBytes));
    expect(await findings()).toMatchObject([{ path: first, kind: 'extended', fromByte: bytes.length, toByte: bytes.length + recordBytes }]);
  });

  it('names a record that was taken out by where it stood', async () => {
    const bytes = readFileSync(at(first));
    const start = headerEnd(first) + 70 * recordBytes;
    writeFileSync(at(first), Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + recordBytes)]));
    const [found] = await findings();
    expect(found).toMatchObject({ path: first, kind: 'altered', fromByte: 65_536, toByte: 65_536 + 16_384 });
  });

  it('names segments that are gone, new or exchanged', async () => {
    const [one, two] = ['tracks/TR_b/000001.rtplog', 'tracks/TR_b/000002.rtplog'];
    renameSync(at(one), at('x'));
    renameSync(at(two), at(one));
    renameSync(at('x'), at(two));
    // They stand in the chain in the order in which they were closed, and two files close side by side.
    expect((await findings()).toSorted((a, b) => (a.path < b.path ? -1 : 1))).toMatchObject([
      { path: one, kind: 'swapped', detail: `holds the bytes of ${two}` },
      { path: two, kind: 'swapped', detail: `holds the bytes of ${one}` },
    ]);
    rmSync(at(two));
    copyFileSync(at(first), at('tracks/TR_b/000009.rtplog'));
    expect((await findings()).map(({ path, kind }) => [path, kind]).toSorted()).toEqual([
      [one, 'swapped'],
      [two, 'removed'],
      ['tracks/TR_b/000009.rtplog', 'added'],
    ]);
  });

  it('names the line of session.jsonl that was changed, put in, taken out or cut off', async () => {
    const path = 'session.jsonl';
    const text = readFileSync(at(path), 'utf8');
    const lines = text.split('\n');
    const start = `${lines[0]}\n${lines[1]}\n`.length;
    writeFileSync(at(path), text.replace('at 50', 'at 51'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line: 3, fromByte: start, toByte: start + lines[2]!.length + 1 }]);
    writeFileSync(at(path), [...lines.slice(0, 3), lines[2], ...lines.slice(3)].join('\n'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line: 4 }]);
    writeFileSync(at(path), lines.toSpliced(4, 1).join('\n'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line: 5 }]);
    writeFileSync(at(path), text.slice(0, start + 5));
    expect(await findings()).toMatchObject([{ path, kind: 'truncated', line: 3, fromByte: start + 5, toByte: text.length }]);
    appendFileSync(at(path), `${text.slice(start + 5)}{"type":"note"}\n`);
    expect(await findings()).toMatchObject([{ path, kind: 'extended', fromByte: text.length, line: lines.length }]);
  });

  it('names the line of sealed.json that was changed, and not the files it lies about', async () => {
    const path = 'sealed.json';
    const text = readFileSync(at(path), 'utf8');
    const seal = JSON.parse(text) as Seal;
    const sha256 = seal.segments[1]!.sha256;
    writeFileSync(at(path), text.replace(sha256, 'ab'.repeat(32)));
    const line = text.slice(0, text.indexOf(sha256)).split('\n').length;
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line }]);
    writeFileSync(at(path), text.replace('"stopped"', '"idle"'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered' }]);
    writeFileSync(at(path), text.slice(0, 200));
    expect((await findings())[0]).toMatchObject({ path, kind: 'altered', fromByte: 0, toByte: 200 });
  });

  it('names the line of chain.jsonl that does not fit the seal', async () => {
    const path = 'chain.jsonl';
    const text = readFileSync(at(path), 'utf8');
    writeFileSync(at(path), text.replace(/"head":"../, '"head":"zz'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line: 1, fromByte: 0 }]);
    const marks = /"marks":"(\w{8})/.exec(text)?.[1] ?? '';
    const line = text.slice(0, text.indexOf(marks)).split('\n').length;
    writeFileSync(at(path), text.replace(marks, '00000000'));
    expect(await findings()).toMatchObject([{ path, kind: 'altered', line }]);
    rmSync(at(path));
    expect(await findings()).toMatchObject([{ path, kind: 'removed' }]);
  });
});

describe('a log whose writer was killed', () => {
  it('is sealed up to the last good record, without reading what was finished, and says so', async () => {
    dir = await write('kill');
    const open = 'tracks/TR_a/000003.rtplog';
    truncateSync(at(open), readFileSync(at(open)).length - 400);
    const finished = readFileSync(at(first));
    rmSync(at(first)); // the hash of a finished segment comes from the chain: nobody reads the segment
    const seal = await sealCrashedLog(dir, 'recorder-died');
    writeFileSync(at(first), finished);
    const { goodBytes } = readSegment(at(open));
    expect(seal).toMatchObject({ isCrashed: true, reason: 'recorder-died', endedUs: 248_000, recordingId: 'rec_1' });
    expect(seal.segments.find(({ path }) => path === open)).toMatchObject({ goodBytes, sizeBytes: goodBytes + recordBytes - 400 });
    expect(await verifyLog(dir)).toMatchObject({ isSealed: true, isCrashed: true, findings: [] });
    change(open, goodBytes - 100, (byte) => byte ^ 1);
    expect(await findings()).toMatchObject([{ path: open, kind: 'altered', fromByte: goodBytes - recordBytes, toByte: goodBytes }]);
  });

  it('shows what was changed between the crash and the seal', async () => {
    dir = await write('kill');
    const start = headerEnd(first) + 42 * recordBytes;
    change(first, start + 20, (byte) => byte ^ 1);
    await sealCrashedLog(dir, 'recorder-died');
    expect(await findings()).toMatchObject([{ path: first, fromByte: start, toByte: start + recordBytes }]);
  });
});
