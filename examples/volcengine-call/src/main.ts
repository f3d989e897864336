import { RtcLikeEngine } from './rtc-like.ts';

const find = <Kind extends HTMLElement>(id: string): Kind => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element ${id}.`);
  return element as Kind;
};
const [status, people, files] = [find('status'), find('people'), find('files')];
const statuses = ['unknown', 'not started', 'running', 'ended', 'failed'];
let engine: RtcLikeEngine | null = null;
let taskId = '';
let isSharing = false;

/** Runs what a button asks for and says how it went. */
const on = (id: string, work: (joined: RtcLikeEngine) => Promise<string>): void =>
  find(id).addEventListener('click', () => {
    if (engine === null) return;
    work(engine).then(say, (error: Error) => say(error.message));
  });
const say = (text: string): void => void (status.textContent = text);

find('join').addEventListener('submit', (event) => {
  event.preventDefault();
  join().then(say, (error: Error) => say(error.message));
});

async function join(): Promise<string> {
  const joined = new RtcLikeEngine();
  joined.onStream(
    ({ element, streamIndex }) => people.append(Object.assign(element, { className: streamIndex })),
    ({ element }) => element.remove(),
  );
  const appId = await joined.joinRoom(find<HTMLInputElement>('room-id').value, find<HTMLInputElement>('user-id').value);
  engine = joined;
  const own = await joined.publishStream();
  if (own !== null) people.append(own);
  find('app-id').textContent = appId;
  find('controls').hidden = false;
  return 'joined';
}

on('share', async (joined) => {
  isSharing = !isSharing;
  await joined.publishScreen(isSharing);
  return isSharing ? 'sharing the screen' : 'not sharing';
});
on('record', async (joined) => {
  taskId = `task-${Date.now()}`;
  await joined.startRecord(taskId);
  return `recording ${taskId}`;
});
on('stop', async (joined) => {
  await joined.stopRecord(taskId);
  return 'stopped; ask for the task to see its file';
});
on('task', async (joined) => {
  const task = await joined.task(taskId);
  files.replaceChildren(
    ...task.files.map(({ id, url }) => {
      const video = Object.assign(document.createElement('video'), { src: url, controls: true });
      video.dataset['file'] = id;
      return video;
    }),
  );
  return `the task is ${statuses[task.status] ?? 'unknown'}${task.stopReason === '' ? '' : ` (${task.stopReason})`}`;
});
on('leave', async (joined) => {
  await joined.leaveRoom();
  people.replaceChildren();
  find('controls').hidden = true;
  engine = null;
  return 'left';
});
