import { askBackend } from './backend.ts';
import { createClient, type TrtcLikeClient } from './trtc-like.ts';

const mixStreamId = 'mix_of_this_room';
const find = <Kind extends HTMLElement>(id: string): Kind => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}.`);
  return element as Kind;
};
const [status, people, files] = [find('status'), find('people'), find('files')];
let client: TrtcLikeClient | null = null;
let taskId: string | null = null;
let isSharing = false;

/** Runs what a button asks for and says how it went. */
const on = (id: string, work: (joined: TrtcLikeClient) => Promise<string>): void =>
  find(id).addEventListener('click', () => {
    if (client === null) return;
    work(client).then(say, (error: Error) => say(error.message));
  });
const say = (text: string): void => void (status.textContent = text);

find('join').addEventListener('submit', (event) => {
  event.preventDefault();
  join().then(say, (error: Error) => say(error.message));
});

async function join(): Promise<string> {
  const userId = find<HTMLInputElement>('user-id').value;
  const given = find<HTMLInputElement>('room-id').value;
  const roomId = /^[1-9]\d{0,9}$/.test(given) && Number(given) < 2 ** 32 ? Number(given) : given;
  const { sdkAppId, userSig } = await askBackend<{ sdkAppId: number; userSig: string }>('ticket', { userId });
  const joined = createClient({ sdkAppId, userId, userSig });
  joined.onStream(
    ({ element, streamType }) => people.append(Object.assign(element, { className: streamType })),
    ({ element }) => element.remove(),
  );
  await joined.join(roomId);
  client = joined;
  const own = await joined.publish();
  if (own !== null) people.append(own);
  find('stream-ids').textContent = `${joined.streamId('main')}, ${joined.streamId('aux')}`;
  find('controls').hidden = false;
  return 'joined';
}

on('share', async (joined) => {
  isSharing = !isSharing;
  await joined.shareScreen(isSharing);
  return isSharing ? 'sharing the screen as aux' : 'not sharing';
});
on('record', async (joined) => {
  taskId = await joined.startRecording();
  return `recording ${taskId}`;
});
on('stop', async (joined) => {
  if (taskId === null) return 'nothing is recorded';
  await joined.stopRecording(taskId);
  taskId = null;
  return 'stopped; its file is in the list when it is complete';
});
on('mix', async (joined) => {
  await joined.startMixTranscode({
    ...{ mode: 'preset-layout', streamId: mixStreamId, videoWidth: 640, videoHeight: 360, backgroundColor: 0x202020 },
    mixUsers: [
      { userId: '$PLACE_HOLDER_LOCAL_MAIN$', width: 640, height: 360, locationX: 0, locationY: 0, zOrder: 1 },
      { userId: '$PLACE_HOLDER_REMOTE$', width: 160, height: 90, locationX: 470, locationY: 260, zOrder: 2 },
    ],
  });
  return `mixing into ${mixStreamId}`;
});
on('stop-mix', async (joined) => {
  await joined.stopMixTranscode();
  return 'the mix has ended';
});
on('list', async (joined) => {
  const found = await joined.files(mixStreamId);
  files.replaceChildren(
    ...found.map(({ id, name, url }) => {
      const video = Object.assign(document.createElement('video'), { src: url, controls: true });
      video.dataset['file'] = id;
      const figure = document.createElement('figure');
      figure.append(video, Object.assign(document.createElement('figcaption'), { textContent: name }));
      return figure;
    }),
  );
  return `${found.length} files`;
});
on('leave', async (joined) => {
  await joined.leave();
  people.replaceChildren();
  find('controls').hidden = true;
  client = null;
  return 'left';
});
