import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { buildRtpPacket, buildSenderReport, unixUsToNtp } from '@tapedeck/rtp';
import { exportPcap, inspectPath, LogNotFoundError } from '@tapedeck/rtplog';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeHeader, openWriter, range } from './log-fixture.ts';

const START_WALL_MS = 1_800_000_000_000;
const AUDIO_FORMATS = [{ payloadType: 111, codec: 'opus', clockRateHz: 48_000, channels: 2, fmtp: '' }] as const;

function makePacket(payloadType: number, index: number, ssrc: number): Uint8Array {
  return buildRtpPacket({
    payloadType,
    marker: index % 3 === 0,
    sequenceNumber: (65_530 + index) & 0xffff,
    timestamp: index * 3000,
    ssrc,
    payload: new Uint8Array(50 + index),
  });
}

/** 100 video packets (two of them lost), 100 audio packets, 4 sender reports, one malformed packet, a gap record. */
async function makeLog(): Promise<string> {
  const folder = makeFolder();
  const writer = openWriter(folder);
  writer.event({
    us: 1_000_000,
    wall: START_WALL_MS,
    type: 'started',
    recordingId: 'rec_1',
    epoch: 1,
    room: 'standup',
    bootId: 'b',
    recordingUs: 0,
  });
  const video = writer.track(makeHeader('TR_video'));
  const audio = writer.track(
    makeHeader('TR_audio', { kind: 'audio', source: 'microphone', participantIdentity: 'bob', formats: AUDIO_FORMATS }),
  );
  for (const index of range(100)) {
    const us = 1_000_000 + index * 10_000;
    if (index !== 40 && index !== 41) video.append('rtp', us, makePacket(96, index, 0xaaaa));
    audio.append('rtp', us + 1, makePacket(111, index, 0xbbbb));
    if (index % 25 === 0) {
      const ntp = unixUsToNtp(START_WALL_MS * 1000 + index * 10_000);
      const report = buildSenderReport({
        ssrc: 0xaaaa,
        ...ntp,
        rtpTimestamp: index * 3000,
        packetCount: index,
        octetCount: 0,
        reports: [],
      });
      const other = buildSenderReport({ ssrc: 0xcccc, ...ntp, rtpTimestamp: 0, packetCount: 0, octetCount: 0, reports: [] });
      video.append('rtcp', us + 2, Uint8Array.from([...report, ...other]));
    }
  }
  video.append('rtp', 1_990_001, Uint8Array.of(1, 2, 3));
  audio.append('gap', 1_990_002, new TextEncoder().encode('{"droppedPackets":7,"reason":"slow-disk"}'));
  await writer.seal('stopped');
  return folder;
}

describe('inspectPath', () => {
  it('counts what a recording holds', async () => {
    const inspection = await inspectPath(await makeLog());
    expect(inspection).toMatchObject({
      kind: 'recording',
      recordingId: 'rec_1',
      events: { started: 1, ended: 1 },
      firstUs: 1_000_000,
      lastUs: 1_990_002,
    });
    expect(inspection.epochs).toEqual([{ epoch: 1, sealReason: 'stopped', segments: 2, damagedSegments: [] }]);
    const [video, audio] = ['TR_video', 'TR_audio'].map((sid) => inspection.tracks.find(({ trackSid }) => trackSid === sid));
    expect(video).toMatchObject({
      identity: 'ann',
      codecs: ['vp8/96'],
      records: { rtp: 99, rtcp: 4, gap: 0, note: 0 },
      malformedPackets: 1,
    });
    expect(video?.ssrcs).toEqual([{ ssrc: 0xaaaa, packets: 98, payloadTypes: { 96: 98 }, lostPackets: 2, senderReports: 4 }]);
    expect(audio).toMatchObject({ identity: 'bob', records: { rtp: 100, rtcp: 0, gap: 1, note: 0 }, droppedPackets: 7 });
    expect(JSON.parse(JSON.stringify(inspection))).toEqual(inspection);
  });

  it('takes an epoch and a single segment, and names a damaged tail', async () => {
    const folder = await makeLog();
    const path = `${folder}/e1/tracks/TR_audio/000001.rtplog`;
    expect(await inspectPath(`${folder}/e1`)).toMatchObject({
      kind: 'epoch',
      tracks: [{ trackSid: 'TR_video' }, { trackSid: 'TR_audio' }],
    });
    const { size } = statSync(path);
    truncateSync(path, size - 3);
    const segment = await inspectPath(path);
    expect(segment).toMatchObject({ kind: 'segment', tracks: [{ records: { rtp: 100, gap: 0 } }] });
    expect(segment.epochs[0]?.damagedSegments).toEqual([expect.objectContaining({ sizeBytes: size - 3 })]);
    expect((await inspectPath(folder)).epochs[0]?.damagedSegments).toEqual([
      expect.objectContaining({ path: 'tracks/TR_audio/000001.rtplog', sizeBytes: size - 3 }),
    ]);
  });

  it('says so when the path is no log', async () => {
    await expect(inspectPath(makeFolder())).rejects.toThrow(LogNotFoundError);
    await expect(inspectPath('/nowhere/at/all')).rejects.toThrow(LogNotFoundError);
  });
});

describe('exportPcap', () => {
  it('writes each packet with its time, its own port per track and right checksums', async () => {
    const folder = await makeLog();
    const out = `${folder}/out.pcap`;
    const { packets, tracks, decodeAs } = await exportPcap(folder, out);
    expect(packets).toBe(99 + 100 + 4);
    expect(tracks).toEqual([
      { trackSid: 'TR_video', identity: 'ann', address: '10.1.0.0', rtpPort: 10_000 },
      { trackSid: 'TR_audio', identity: 'bob', address: '10.1.0.1', rtpPort: 10_002 },
    ]);
    expect(decodeAs).toEqual([
      '-d',
      'udp.port==10000,rtp',
      '-d',
      'udp.port==10001,rtcp',
      '-d',
      'udp.port==10002,rtp',
      '-d',
      'udp.port==10003,rtcp',
    ]);
    const bytes = readFileSync(out);
    expect(bytes.readUInt32LE(0)).toBe(0xa1b2c3d4);
    expect(bytes.readUInt32LE(20)).toBe(101);
    let offset = 24;
    let count = 0;
    for (; offset < bytes.length; offset += 16 + bytes.readUInt32LE(offset + 8)) {
      let sum = 0;
      for (let word = 0; word < 20; word += 2) sum += bytes.readUInt16BE(offset + 16 + word);
      expect(((sum & 0xffff) + (sum >>> 16)) & 0xffff).toBe(0xffff);
      expect(bytes.readUInt32LE(offset)).toBeGreaterThanOrEqual(START_WALL_MS / 1000);
      count++;
    }
    expect([offset, count]).toEqual([bytes.length, packets]);
  });

  it('opens in tshark, every field as it was logged', async (context) => {
    if (spawnSync('tshark', ['--version']).status !== 0) {
      if ((process.env['TAPEDECK_REQUIRE'] ?? '').split(',').includes('tshark'))
        throw new Error('TAPEDECK_REQUIRE names tshark, but there is none on PATH.');
      return context.skip('SKIPPED: needs tshark on PATH (Debian package tshark).');
    }
    const folder = await makeLog();
    const out = `${folder}/out.pcap`;
    const { decodeAs } = await exportPcap(folder, out);
    const fields = ['frame.time_epoch', 'rtp.ssrc', 'rtp.p_type', 'rtp.seq', 'rtp.timestamp', 'rtcp.pt', '_ws.malformed'].flatMap(
      (field) => ['-e', field],
    );
    const lines = execFileSync('tshark', ['-r', out, ...decodeAs, '-T', 'fields', ...fields], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
    const audio = lines.filter(([, ssrc]) => Number(ssrc) === 0xbbbb);
    expect(audio.map(([, , type, sequence, timestamp]) => [Number(type), Number(sequence), Number(timestamp)])).toEqual(
      range(100).map((index) => [111, (65_530 + index) & 0xffff, index * 3000]),
    );
    expect(Number(audio[1]![0])).toBeCloseTo(START_WALL_MS / 1000 + 0.010001, 5);
    expect(lines.filter(([, ssrc]) => Number(ssrc) === 0xaaaa)).toHaveLength(98);
    expect(lines.filter(([, , , , , reports]) => reports === '200,200')).toHaveLength(4);
  });
});
