import { createAudioRecorder, type AudioRecorder, type AudioRecorderOptions } from '@tapedeck/web';
import { mountFrame } from './frame.ts';
import { element } from './make.ts';
import { closePeople, openMicrophone, soundPeople, type Person } from './people.ts';
import { Preview } from './preview.ts';
import { RecordBar } from './record-bar.ts';

mountFrame('audio');

const valueOf = (id: string): string => element<HTMLSelectElement | HTMLInputElement>(id).value;
const preview = new Preview(element('people'), 'noSoundYet');
let people: readonly Person[] = [];

const bar = new RecordBar(document.querySelector('main')!, start, ['duration', 'written'], (isRunning) => {
  for (const id of ['format', 'rate', 'quality', 'position', 'cycle', 'name', 'microphone', 'test-tones'])
    element<HTMLButtonElement | HTMLSelectElement>(id).disabled = isRunning;
});

function start(): Promise<AudioRecorder> {
  return createAudioRecorder({
    sources: people.flatMap(({ id, isLocal, audio }) => (audio === null ? [] : [{ id, isLocal, audio }])),
    format: valueOf('format') as NonNullable<AudioRecorderOptions['format']>,
    sampleRateHz: Number(valueOf('rate')) as NonNullable<AudioRecorderOptions['sampleRateHz']>,
    quality: valueOf('quality') as NonNullable<AudioRecorderOptions['quality']>,
    position: valueOf('position') as NonNullable<AudioRecorderOptions['position']>,
    cycleS: Number(valueOf('cycle')),
    ...(valueOf('name') === '' ? {} : { name: valueOf('name') }),
  });
}

/** In place of whoever was there. */
async function use(open: () => Promise<readonly Person[]>): Promise<void> {
  try {
    const opened = await open();
    closePeople(people);
    people = opened;
    preview.show(people);
    bar.ready();
    bar.tell(null);
  } catch (error) {
    bar.tell(error);
  }
}

element('microphone').addEventListener('click', () => void use(openMicrophone));
element('test-tones').addEventListener('click', () => void use(async () => soundPeople()));
