import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicUs, type SessionEvent, type TrackHeader } from '@tapedeck/rtplog';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hasMedia, recordingUsAt } from './epoch-start.ts';
import { openMediaLog } from './media-log.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const header = (us: number): TrackHeader => ({
  ...{ recordingId: 'rec_1', epoch: 1, trackSid: 'TR_1', participantSid: 'PA_1', participantIdentity: 'ada', participantName: 'Ada' },
  ...{ kind: 'audio', source: 'microphone', formats: [], headerExtensions: [], rtxSsrc: null, startUs: us, startWallMs: 0 },
});
const packet = new Uint8Array([0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]);

function started(us: number): SessionEvent {
  return { us, wall: us / 1000, type: 'started', recordingId: 'rec_1', epoch: 1, room: 'r', bootId: 'boot', recordingUs: 0 };
}

function session(epochDir: string): SessionEvent[] {
  return readFileSync(join(epochDir, 'session.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SessionEvent);
}

it('begins recording time with the first media packet and has one start per epoch', async () => {
  const epochDir = join(dir, 'e1');
  const us = monotonicUs();
  const log = openMediaLog({ dir: epochDir, recordingId: 'rec_1', epoch: 1, isFirst: true });
  log.writer.event(started(us));
  const appender = log.writer.track(header(us));
  appender.append('rtcp', us + 1_000, packet);
  expect([log.hasBegun, existsSync(epochDir), hasMedia(dir)]).toEqual([false, false, false]);
  appender.append('rtp', us + 250_000, packet);
  log.writer.event(started(us + 300_000));
  await log.seal('stopped');
  expect(session(epochDir).filter((event) => event.type === 'started')).toMatchObject([{ us: us + 250_000, recordingUs: 0 }]);
  expect(hasMedia(dir)).toBe(true);
});

it('leaves nothing on disk when nobody came', async () => {
  const log = openMediaLog({ dir: join(dir, 'e1'), recordingId: 'rec_1', epoch: 1, isFirst: true });
  log.writer.event(started(1));
  await log.writer.flush();
  await log.seal('idle');
  expect(existsSync(join(dir, 'e1'))).toBe(false);
});

it('goes on where the last epoch stands: same boot by the monotonic clock, else by the wall clock, without what was paused', async () => {
  const us = monotonicUs();
  const log = openMediaLog({ dir: join(dir, 'e1'), recordingId: 'rec_1', epoch: 1, isFirst: true });
  log.writer.event(started(us));
  log.writer.track(header(us)).append('rtp', us, packet);
  log.writer.event({ us: us + 1_000_000, wall: us / 1000 + 1_000, type: 'paused' });
  log.writer.event({ us: us + 3_000_000, wall: us / 1000 + 3_000, type: 'resumed' });
  await log.seal('stopped');
  expect(recordingUsAt(dir, { us: us + 5_000_000, wallMs: 0, bootId: 'boot' })).toBe(3_000_000);
  expect(recordingUsAt(dir, { us: 7, wallMs: us / 1000 + 6_000, bootId: 'other' })).toBeCloseTo(4_000_000, -1);
  expect(recordingUsAt(join(dir, 'none'), { us, wallMs: 0, bootId: 'boot' })).toBe(0);
});
