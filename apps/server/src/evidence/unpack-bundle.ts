import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { CommandError } from '../errors.ts';

/** A bundle's files in a folder of their own. */
export interface UnpackedBundle {
  readonly dir: string;
  remove(): Promise<void>;
}

/** Where an entry of the archive stands. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly headerAt: number;
}

const endBytes = 22;
const longestComment = 65_535;
const u32Max = 0xffff_ffff;

/**
 * Unpacks a ZIP (also of more than 4 GB) into a temporary folder.
 *
 * @throws {CommandError} COMMAND_FAILED when it is damaged, or an entry would leave the folder.
 * @see PKWARE APPNOTE 6.3.10
 */
export async function unpackBundle(path: string): Promise<UnpackedBundle> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new CommandError(`${path} cannot be read.`, { cause });
  });
  const dir = await mkdtemp(join(tmpdir(), 'tapedeck-evidence-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      if (bytesRead < length) throw new CommandError(`${path} is no whole ZIP file.`);
      return buffer;
    };
    const { size } = await file.stat();
    for (const entry of await readDirectory(read, size, path)) {
      if (entry.name.endsWith('/')) continue;
      const head = await read(entry.headerAt, 30);
      const start = entry.headerAt + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
      const target = join(dir, entry.name);
      await mkdir(dirname(target), { recursive: true });
      await unpack(path, entry, start, target);
    }
    return { dir, remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await file.close();
  }
}

async function unpack(path: string, { method, packedBytes, name }: Entry, start: number, target: string): Promise<void> {
  if (method !== 0 && method !== 8) throw new CommandError(`${name} in ${path} is packed by method ${method}.`);
  if (packedBytes === 0) return await pipeline([], createWriteStream(target));
  const packed = createReadStream(path, { start, end: start + packedBytes - 1 });
  try {
    if (method === 0) await pipeline(packed, createWriteStream(target));
    else await pipeline(packed, createInflateRaw(), createWriteStream(target));
  } catch (cause) {
    throw new CommandError(`${name} in ${path} cannot be unpacked.`, { cause });
  }
}

async function readDirectory(read: (position: number, length: number) => Promise<Buffer>, size: number, path: string): Promise<Entry[]> {
  const tailBytes = Math.min(size, endBytes + longestComment);
  const tail = await read(size - tailBytes, tailBytes);
  const endAt = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (endAt < 0) throw new CommandError(`${path} is no ZIP file.`);
  let count = tail.readUInt16LE(endAt + 10);
  let bytes = tail.readUInt32LE(endAt + 12);
  let at = tail.readUInt32LE(endAt + 16);
  if (count === 0xffff || bytes === u32Max || at === u32Max) {
    const locator = await read(size - tailBytes + endAt - 20, 20);
    const large = await read(Number(locator.readBigUInt64LE(8)), 56);
    [count, bytes, at] = [Number(large.readBigUInt64LE(32)), Number(large.readBigUInt64LE(40)), Number(large.readBigUInt64LE(48))];
  }
  const directory = await read(at, bytes);
  const entries: Entry[] = [];
  for (let position = 0; entries.length < count;) {
    const nameBytes = directory.readUInt16LE(position + 28);
    const extraBytes = directory.readUInt16LE(position + 30);
    const name = directory.toString('utf8', position + 46, position + 46 + nameBytes);
    if (name.startsWith('/') || /(^|\/)\.\.(\/|$)/.test(name) || name.includes('\\') || name.includes('\0'))
      throw new CommandError(`${path} holds a file that would leave its folder: ${JSON.stringify(name)}.`);
    const extra = directory.subarray(position + 46 + nameBytes, position + 46 + nameBytes + extraBytes);
    entries.push({ name, method: directory.readUInt16LE(position + 10), ...sizesOf(directory, position, extra) });
    position += 46 + nameBytes + extraBytes + directory.readUInt16LE(position + 32);
  }
  return entries;
}

/** Sizes of an entry; those that do not fit 32 bits stand in its extra field 1, in a fixed order. */
function sizesOf(directory: Buffer, position: number, extra: Buffer): Pick<Entry, 'packedBytes' | 'headerAt'> {
  const packed = directory.readUInt32LE(position + 20);
  const plain = directory.readUInt32LE(position + 24);
  const headerAt = directory.readUInt32LE(position + 42);
  let next = -1;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) if (extra.readUInt16LE(at) === 1) next = at + 4;
  const large = (value: number): number => {
    if (value !== u32Max || next < 0) return value;
    next += 8;
    return Number(extra.readBigUInt64LE(next - 8));
  };
  large(plain);
  return { packedBytes: large(packed), headerAt: large(headerAt) };
}
