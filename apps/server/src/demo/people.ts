// A process of its own: three people with test pictures and beeps. Takes {url, key, secret, room} over IPC (arguments are for all eyes),
// answers `ready`; ends when the parent goes.
import { once } from 'node:events';
import { startTestPublisher, type TestPublisher } from '@tapedeck/testkit';

interface Invitation {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly room: string;
}

const names = ['Ada', 'Bo', 'Chen'];
let people: TestPublisher[] = [];

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
people = await Promise.all(
  names.map((name, index) =>
    startTestPublisher({ url, key, secret, room, identity: name.toLowerCase(), name, id: index + 1, width: 640, height: 360, fps: 15 }),
  ),
);
process.send?.('ready');
