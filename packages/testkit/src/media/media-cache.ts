import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Raise it when encoders, pictures or sounds change. */
const CACHE_VERSION = 4;

/** One encoded access unit of test media. */
export interface TestFrame {
  readonly data: Uint8Array;
  readonly isKeyframe: boolean;
}

/**
 * Returns the frames made by `encode` for `key`, from the cache folder when they are there. The folder is `TAPEDECK_TEST_CACHE`, else one in the system's
 * temporary folder; files in it are written by rename, so that processes may share it.
 */
export async function cachedFrames(key: object, encode: () => Promise<readonly TestFrame[]>): Promise<readonly TestFrame[]> {
  const folder = process.env['TAPEDECK_TEST_CACHE'] ?? join(tmpdir(), `tapedeck-test-media-${process.getuid?.() ?? 0}`);
  const name = createHash('sha256')
    .update(JSON.stringify([CACHE_VERSION, key]))
    .digest('hex')
    .slice(0, 24);
  const path = join(folder, `${name}.frames`);
  const stored = await readFile(path).catch(() => null);
  if (stored !== null) return unpack(stored);
  const frames = await encode();
  await mkdir(folder, { recursive: true });
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, pack(frames));
  await rename(partial, path);
  return frames;
}

/** u32 length with the keyframe flag in its top bit, then the bytes, frame after frame. */
function pack(frames: readonly TestFrame[]): Buffer {
  const heads = frames.map(({ data, isKeyframe }) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE((data.length | (isKeyframe ? 0x8000_0000 : 0)) >>> 0);
    return [head, data];
  });
  return Buffer.concat(heads.flat());
}

function unpack(bytes: Buffer): readonly TestFrame[] {
  const frames: TestFrame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const head = bytes.readUInt32LE(offset);
    const sizeBytes = head & 0x7fff_ffff;
    frames.push({ data: bytes.subarray(offset + 4, offset + 4 + sizeBytes), isKeyframe: head > 0x7fff_ffff });
    offset += 4 + sizeBytes;
  }
  return frames;
}
