import { loadAudioLoop, startLightPublisher, type LightPublisher } from '@tapedeck/testkit';
import type { TestServer } from './server.ts';

/** Somebody whose beep says who it is: 100 ms at the beginning of each second of media. */
export async function bring(server: TestServer, room: string, identity: string, id: number): Promise<LightPublisher> {
  const audio = await loadAudioLoop({ identity: id, durationS: 10 });
  const { key, secret } = server;
  return await startLightPublisher({ url: server.url.replace('http', 'ws'), key, secret, room, identity, audio });
}
