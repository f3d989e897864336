import { type LightPublisher, loadAudioLoop, loadVideoLoop, startLightPublisher } from '@tapedeck/testkit';
import { type ServerProcess, testPair } from './server-process.ts';

const video = { codec: 'vp8', width: 320, height: 180, fps: 15, bitrateKbps: 200, durationS: 10, gopS: 1 } as const;

/** Participants that replay encoded media (a keyframe each second): they cost nothing while processes are killed around them. */
export async function bringPeople(
  server: ServerProcess,
  room: string,
  identities: readonly string[],
  isScreen = false,
): Promise<readonly LightPublisher[]> {
  const people: LightPublisher[] = [];
  for (const [index, identity] of identities.entries()) {
    const [picture, sound] = await Promise.all([
      loadVideoLoop({ ...video, identity: index + 1 }),
      loadAudioLoop({ identity: index + 1, durationS: 10 }),
    ]);
    people.push(
      await startLightPublisher({
        url: server.url.replace('http', 'ws'),
        ...testPair,
        room,
        identity,
        video: picture,
        audio: sound,
        isScreen,
      }),
    );
  }
  return people;
}

/** Everybody leaves. */
export async function sendHome(people: readonly LightPublisher[]): Promise<void> {
  await Promise.all(people.map((person) => person.stop()));
}
