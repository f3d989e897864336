// A process of its own: three people with test pictures and beeps, encoded beforehand, so that a small machine keeps its cores for the recorder. Takes {url, key, secret, room} over IPC (arguments are for all eyes),
// answers `ready`; ends when the parent goes.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type LightPublisher, loadAudioLoop, loadVideoLoop, startLightPublisher } from '@tapedeck/testkit';

interface Invitation {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly room: string;
}

const attempts = 5;
const retryMs = 500;
const names = ['Ada', 'Bo', 'Chen'];
let people: LightPublisher[] = [];

/** A busy machine may let a connection time out: one person must not end the demo for all. */
async function join(options: Parameters<typeof startLightPublisher>[0]): Promise<LightPublisher> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startLightPublisher(options);
    } catch (error) {
      if (attempt === attempts) throw error;
      process.stderr.write(
        `${options.identity} could not join (${error instanceof Error ? error.message : String(error)}), trying again\n`,
      );
      await delay(retryMs);
    }
  }
}

async function leave(): Promise<never> {
  await Promise.all(people.map((person) => person.stop()));
  process.exit(0);
}

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined); // Ctrl-C is the parent's business
process.on('message', (message) => {
  if (message === 'leave') void leave();
});

const [{ url, key, secret, room }] = (await once(process, 'message')) as [Invitation];
// A camera answers a request for a keyframe at once; these pictures are encoded already, so one comes soon by itself: else the recording would begin black.
const picture = { codec: 'vp8', width: 640, height: 360, fps: 20, bitrateKbps: 700, durationS: 4, gopS: 0.25 } as const;
const loops = await Promise.all(
  names.map(async (name, index) => ({
    name,
    video: await loadVideoLoop({ ...picture, identity: index + 1 }),
    audio: await loadAudioLoop({ identity: index + 1, durationS: picture.durationS }),
  })),
);
people = await Promise.all(
  loops.map(({ name, video, audio }) => join({ url, key, secret, room, identity: name.toLowerCase(), name, video, audio })),
);
process.send?.('ready');
