import { join } from 'node:path';
import { layoutTiles } from '@tapedeck/layout';
import { isTerminal } from '@tapedeck/protocol';
import { checkFile, loadAudioLoop, loadG711Loop, loadVideoLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { untilLogClock } from './support/log-clock.ts';
import { sendHome } from './support/people.ts';
import { testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const canvas = { width: 640, height: 360 };
const loop = { width: 160, height: 90, fps: 15, bitrateKbps: 150, durationS: 10, gopS: 1 };
// What the tests with browsers cannot ask them for: H.265 and G.711. (AV1 is theirs: LiveKit forwards none without the layers that its encoder describes.)
const people = [
  { identity: 'ada', id: 1, fps: 15, picture: 'h265', sound: 'opus', copied: ['mp4 h265 opus'] },
  { identity: 'bo', id: 2, fps: 15, picture: 'vp9', sound: 'pcmu', copied: ['mp4  pcmu', 'webm vp9 '] }, // WebM has no G.711
  { identity: 'cy', id: 3, fps: 15, picture: 'h264', sound: 'pcma', copied: ['mp4 h264 pcma'] },
] as const;
const recordedS = 6;

describe.skipIf(livekit === null)('codecs that browsers do not send, through LiveKit', { timeout: 120_000 }, () => {
  const server = useServer();

  it('H.265 and G.711 are captured, composed, decoded and copied, whole and in sync', async () => {
    const { id: recordingId } = await server.api.create({
      room: 'codecs',
      outputs: [{ type: 'composite', video: { ...canvas, fps: 15 } }, { type: 'individual' }, { type: 'individual', formats: ['webm'] }],
    });
    const publishers = [];
    // One after the other: tiles are placed in the order of coming.
    for (const { identity, id, picture, sound } of people)
      publishers.push(
        await startLightPublisher({
          url: server.url.replace('http', 'ws'),
          ...testPair,
          room: 'codecs',
          identity,
          video: await loadVideoLoop({ ...loop, codec: picture, identity: id }),
          audio: sound === 'opus' ? await loadAudioLoop({ identity: id, durationS: 10 }) : loadG711Loop(sound, id, 10),
        }),
      );
    await waitForRecording(
      server.api,
      recordingId,
      ({ state, participants }) => state === 'recording' && participants.length === people.length,
    );
    await untilLogClock(join(server.dataDir, 'data', 'recordings', recordingId), recordedS);
    await server.api.stop(recordingId);
    const { state, files, error } = await waitForRecording(server.api, recordingId, (now) => isTerminal(now.state));
    await sendHome(publishers);
    expect(state, JSON.stringify(error)).toBe('completed');
    const path = (key: string): string => join(server.dataDir, 'data', 'storage', 'default', key);

    const composite = files.find(({ type }) => type === 'composite');
    const joined = people.map(({ identity }, joinedOrder) => ({ identity, joinedOrder, hasVideo: true, aspect: 16 / 9, isSpeaking: false, isScreen: false })); // prettier-ignore
    const tiles = layoutTiles('grid', canvas, joined).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height }));
    const spanMs = composite?.durationMs ?? 0;
    // From when everybody is there and the tiles stand still.
    const watch = [{ fromMs: 2500, toMs: spanMs }];
    const report = await checkFile(path(composite?.key ?? ''), { type: 'composite', people, tiles, watch });
    expect(report.problems).toEqual([]);
    expect(report.people.map(({ identity, audio }) => [identity, (audio?.beepsHeard ?? 0) >= recordedS - 2])).toEqual(
      people.map(({ identity }) => [identity, true]),
    );
    for (const { identity, copied } of people) {
      const own = files.filter(({ type, participant }) => type === 'individual' && participant === identity);
      const decoded = own.find(({ videoCodec, audioCodec }) => videoCodec === 'h264' && audioCodec === 'aac');
      const rest = own.filter((file) => file !== decoded);
      expect(rest.map((file) => [file.format, file.videoCodec, file.audioCodec].join(' ')).toSorted(), identity).toEqual(copied);
      const { problems } = await checkFile(path(decoded?.key ?? ''), {
        type: 'composite',
        people: people.filter((one) => one.identity === identity),
      });
      expect(problems, identity).toEqual([]);
    }
  });
});
