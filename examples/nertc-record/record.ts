// The flow of NetEase's recording sample, written anew. It is written for `nertc-web-sdk`; vite.config.ts puts Tapedeck's facade in its place, and nothing else changes.
import NERTC from 'nertc-web-sdk';

type Client = ReturnType<typeof NERTC.createClient>;
type LocalStream = Exclude<ReturnType<typeof NERTC.createStream>, { desc: string }>;

const element = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;
const valueOf = (id: string): string => element<HTMLInputElement>(id).value;
const say = (text: string): void => void (element('state').textContent = text);
/** NERTC's events with one stream and one of its kinds. */
type MediaType = 'audio' | 'video' | 'screen' | 'audioSlave';

let client: Client | null = null;
let localStream: LocalStream | null = null;

function listen(to: Client): void {
  to.on('peer-online', ({ uid }) => say(`${uid} came`));
  to.on('peer-leave', ({ uid }) => say(`${uid} left`));
  to.on('stream-added', ({ stream }) => {
    stream.setSubscribeConfig({ audio: true, video: true, screen: true });
    void to.subscribe(stream);
  });
  to.on('stream-subscribed', ({ stream, mediaType }) => {
    const options: Partial<Record<MediaType, boolean>> = { [mediaType]: true };
    void stream.play(element('remote'), options).then(() => stream.setRemoteRenderMode({ width: 320, height: 180, cut: false }));
  });
  to.on('stream-removed', ({ stream, mediaType }) => stream.stop(mediaType));
  to.on('client-banned', () => say('you were removed'));
  to.on('channel-closed', () => say('the room was closed'));
  to.on('error', (type) => say(type));
}

async function join(): Promise<void> {
  client = NERTC.createClient({ appkey: 'sample', debug: true });
  listen(client);
  const channelServer = valueOf('server');
  await client.join({
    channelName: valueOf('channel'),
    uid: Number(valueOf('uid')),
    token: valueOf('token'),
    neRtcServerAddresses: { channelServer, statisticsServer: '', statisticsWebSocketServer: '' },
  });
  const made = NERTC.createStream({ uid: Number(valueOf('uid')), audio: true, video: true, client });
  if ('desc' in made) throw new Error(made.desc);
  localStream = made;
  localStream.setVideoProfile({
    resolution: NERTC.VIDEO_QUALITY.VIDEO_QUALITY_480p,
    frameRate: NERTC.VIDEO_FRAME_RATE.CHAT_VIDEO_FRAME_RATE_15,
  });
  localStream.setAudioProfile('speech_low_quality');
  await localStream.init();
  await localStream.play(element('local'));
  localStream.setLocalRenderMode({ width: 320, height: 180, cut: false });
  await client.publish(localStream);
  say('joined');
}

/** Every button in a try, as errors may be thrown at once or come later. */
function onClick(id: string, act: (joined: Client) => Promise<unknown>): void {
  element(id).addEventListener('click', () => {
    const run = async (): Promise<void> => {
      try {
        if (client === null) throw new Error('join first');
        await act(client);
        say(`${id} ok`);
      } catch (error) {
        say(`${id} failed: ${(error as { code?: number }).code ?? ''} ${(error as Error).message}`);
      }
    };
    void run();
  });
}

element<HTMLFormElement>('join').addEventListener('submit', (event) => {
  event.preventDefault();
  join().catch((error: unknown) => say(`join failed: ${String(error)}`));
});
onClick('leave', (joined) => joined.leave());
onClick('start', (joined) =>
  joined.startMediaRecording({
    recorder: valueOf('recorder') === 'all' ? 'all' : 'local',
    recordConfig: {
      recordType: valueOf('type') === 'audio' ? 'audio' : 'video',
      recordName: valueOf('name'),
      recordVideoQuality: Number(valueOf('quality')),
      recordVideoFrame: Number(valueOf('rate')),
    },
  }),
);
onClick('stop', (joined) => joined.stopMediaRecording());
onClick('download', (joined) => joined.downloadMediaRecording());
onClick('clear', (joined) => joined.cleanMediaRecording());
