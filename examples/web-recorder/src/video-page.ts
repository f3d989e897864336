import { createRecorder, type Recorder, type RecorderLayout } from '@tapedeck/web';
import { mountFrame } from './frame.ts';
import { element } from './make.ts';
import { closePeople, drawPeople, openCamera, type Person } from './people.ts';
import { Preview } from './preview.ts';
import { RecordBar } from './record-bar.ts';

mountFrame('video');

const valueOf = (id: string): string => element<HTMLSelectElement | HTMLInputElement>(id).value;
const layout = (): RecorderLayout => valueOf('layout') as Extract<RecorderLayout, string>;
const preview = new Preview(element('people'), 'nothingYet');
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);

let people: readonly Person[] = [];
let screen: MediaStreamTrack | null = null;
let recorder: Recorder | null = null;

const bar = new RecordBar(document.querySelector('main')!, start, ['duration', 'written', 'dropped'], (isRunning) => {
  for (const id of ['format', 'size', 'fps', 'name']) element<HTMLSelectElement>(id).disabled = isRunning;
  for (const id of ['camera', 'test-picture']) button(id).disabled = isRunning;
  if (!isRunning) recorder = null;
});

async function start(): Promise<Recorder> {
  const [width = 1280, height = 720] = valueOf('size').split(' × ').map(Number);
  recorder = await createRecorder({
    sources: people.map(sourceOf),
    layout: layout(),
    video: { width, height, fps: Number(valueOf('fps')) },
    format: valueOf('format') === 'webm' ? 'webm' : 'mp4',
    ...(valueOf('name') === '' ? {} : { name: valueOf('name') }),
  });
  return recorder;
}

function sourceOf({ id, isLocal, video, audio }: Person) {
  return { id, video, audio, screen: isLocal ? screen : null };
}

/** In place of whoever was there. */
async function use(open: () => Promise<readonly Person[]>): Promise<void> {
  try {
    const opened = await open();
    closePeople(people);
    people = opened;
    preview.show(people);
    button('screen').disabled = !('getDisplayMedia' in navigator.mediaDevices);
    bar.ready();
    bar.tell(null);
  } catch (error) {
    bar.tell(error);
  }
}

/** Beside the local person's camera, also while it records. */
async function shareScreen(): Promise<void> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    const [shared = null] = stream.getVideoTracks();
    show(shared);
    shared?.addEventListener('ended', () => show(null));
  } catch (error) {
    bar.tell(error);
  }
}

function show(shared: MediaStreamTrack | null): void {
  screen = shared;
  const me = people.find(({ isLocal }) => isLocal);
  if (me && recorder?.state !== 'stopped') recorder?.addSource(sourceOf(me));
}

button('camera').addEventListener('click', () => void use(openCamera));
button('test-picture').addEventListener('click', () => void use(async () => drawPeople()));
button('screen').addEventListener('click', () => void shareScreen());
element('layout').addEventListener('change', () => recorder?.setLayout(layout()));
