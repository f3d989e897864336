import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createOutgoingGuard, openS3Storage } from '@tapedeck/delivery';
import { parseCreateStorage } from '@tapedeck/protocol';
import { requirement, startS3Server } from '@tapedeck/testkit';
import type { Row } from '../row.ts';

const mib = 2 ** 20;
/** An hour at 1500 kb/s of picture and 64 of sound. */
const hourMib = 672;
const indexBytes = 3 * mib;

/** From the end of an hour's call, when the index is written into the head of its MP4, to the whole file verified in the bucket of a real S3 server. */
export const bucketRow: Row = {
  id: 'bucket',
  title: 'stop → MP4 of 60 minutes verified in the bucket (S3 on this machine)',
  async run({ folder, isQuick, log }) {
    const binary = requirement('s3');
    if (binary === null) throw new Error('An S3 server is needed: see the line above.');
    const server = await startS3Server(binary);
    const guard = createOutgoingGuard(['127.0.0.1']);
    try {
      server.makeBucket('calls');
      const { endpoint, accessKeyId, secretAccessKey } = server;
      const settings = { name: 'bench', preset: 'minio', endpoint, bucket: 'calls', accessKeyId, secretAccessKey };
      const storage = openS3Storage(parseCreateStorage(settings), guard);
      const upload = { path: join(folder, 'call.mp4'), key: 'call.mp4', journalPath: join(folder, 'upload.json') };
      await using file = await open(upload.path, 'w');
      const block = randomBytes(mib);
      const sizeMib = isQuick ? 96 : hourMib;
      for (let at = 0; at < sizeMib; at++) {
        block.writeUInt32BE(at, 0);
        await file.write(block, 0, mib, at * mib);
        if (at % 8 === 7) await storage.sendAhead(upload);
      }
      log('the call has been sent as far as it went');
      const cpu = process.cpuUsage();
      const startMs = performance.now();
      await file.write(randomBytes(indexBytes), 0, indexBytes, 4096);
      await storage.put(upload);
      const value = (performance.now() - startMs) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      storage.close();
      return { time: { value, unit: 's', limit: { atMost: 2 }, facts: { sizeMib, cpuS: (user + system) / 1e6 } } };
    } finally {
      guard.close();
      await server.close();
    }
  },
};
