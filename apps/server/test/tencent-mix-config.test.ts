import { requirement } from '@tapedeck/testkit';
import { trtc } from 'tencentcloud-sdk-nodejs';
import { describe, expect, it } from 'vitest';
import { testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const sdkAppId = 1_400_000_001;
const caller = { userId: 'ada', streamId: `${sdkAppId}_1_ada_main` };

/** What the example's backend makes of a client's configuration. */
const { toMixParams } = (await import(new URL('../../../examples/trtc-call/mix-params.mjs', import.meta.url).href)) as {
  toMixParams(config: object, caller: { readonly userId: string; readonly streamId: string }): object;
};

const place = { videoWidth: 640, videoHeight: 360, videoBitrate: 500 };
const rect = { left: 320, top: 0, right: 640, bottom: 360 };
const half = { width: 320, height: 360 };
const cases: readonly (readonly [string, object, { readonly name: string; readonly [option: string]: unknown }])[] = [
  [
    'manual, rects and one who is heard only',
    { mode: 1, ...place, mixUsersArray: [{ userId: 'bo', rect, zOrder: 2 }, { userId: 'cy', pureAudio: true, zOrder: 3 }] }, // prettier-ignore
    { name: 'custom', tiles: [{ identity: 'bo', source: 'camera', x: 320, y: 0, ...half, z: 2, fit: 'cover' }] },
  ],
  [
    'preset, placeholders for the caller, the caller’s screen and whoever comes',
    {
      ...{ mode: 3, ...place },
      mixUsersArray: [
        { userId: '$PLACE_HOLDER_LOCAL_MAIN$', rect: { left: 0, top: 0, right: 320, bottom: 360 }, zOrder: 1 },
        { userId: '$PLACE_HOLDER_LOCAL_SUB$', rect, zOrder: 2 },
        { userId: '$PLACE_HOLDER_REMOTE$', rect, zOrder: 3, renderMode: 2 },
      ],
    },
    {
      name: 'custom',
      tiles: [
        { identity: 'ada', source: 'camera', x: 0, ...half },
        { identity: 'ada', source: 'screen', x: 320, ...half },
        { source: 'camera', x: 320, ...half, z: 3, fit: 'contain' },
      ],
    },
  ],
  [
    'of Web clients, in places of their own',
    { mode: 'manual', ...place, backgroundColor: 0x20_40_60, mixUsers: [{ userId: 'bo', ...half, locationX: 8, zOrder: 1, streamType: 'auxiliary' }] }, // prettier-ignore
    { name: 'custom', background: { color: '#204060' }, tiles: [{ identity: 'bo', source: 'screen', x: 8, y: 0, ...half }] },
  ],
  ['a shared screen', { mode: 4, ...place }, { name: 'screen-share', main: { identity: 'ada', source: 'screen' } }],
];

describe.skipIf(livekit === null)('a client’s mix configuration, given to StartMCUMixTranscode', { timeout: 60_000 }, () => {
  const server = useServer();
  let room = 100;

  /** Outputs of the recording that a mix makes. */
  const mix = async (config: object): Promise<unknown> => {
    const client = new trtc.v20190722.Client({
      credential: { secretId: testPair.key, secretKey: testPair.secret },
      region: 'ap-guangzhou',
      profile: { httpProfile: { endpoint: new URL(server.url).host, protocol: 'http://' } },
    } as never);
    const where = { SdkAppId: sdkAppId, RoomId: ++room };
    await client.request('StartMCUMixTranscode', { ...where, ...toMixParams(config, caller) });
    const { items } = await server.api.list({ room: String(room) });
    await client.StopMCUMixTranscode(where);
    return items[0]?.outputs;
  };

  it.each(cases)('becomes a layout: %s', async (_name, config, { name, ...options }) => {
    const layout = { name, options };
    expect(await mix(config)).toMatchObject([{ type: 'composite', formats: ['mp4'], video: { width: 640, height: 360 }, layout }]);
  });

  it('becomes sound alone', async () => {
    const sound = { mode: 2, audioSampleRate: 22_050, audioBitrate: 96, audioChannels: 2, mixUsersArray: [] };
    expect(await mix(sound)).toMatchObject([{ formats: ['aac'], video: null, audio: { channels: 2, bitrateKbps: 96 } }]);
  });
});
