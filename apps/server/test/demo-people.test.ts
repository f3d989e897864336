import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { roomService, startLiveKitServer } from '@tapedeck/livekit';
import { requirement } from '@tapedeck/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { cleanUp, makeDataDir, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');

it.skipIf(livekit === null)("the demo's people try again when a connection fails, and all three come", { timeout: 60_000 }, async () => {
  const dir = makeDataDir();
  const keys = [testPair];
  const sfu = await startLiveKitServer({ binary: livekit ?? '', dataDir: dir, keys, nodeIp: '127.0.0.1' });
  let refusals = 2;
  const door = createServer((socket) => {
    if (refusals-- > 0) return void socket.resetAndDestroy();
    const target = connect(sfu.port, '127.0.0.1');
    socket.pipe(target).pipe(socket);
    for (const end of [socket, target]) end.on('error', () => end.destroy());
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const people = fork(fileURLToPath(new URL('../src/demo/people.ts', import.meta.url)), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  onTestFinished(async () => {
    people.kill('SIGKILL');
    door.close();
    await sfu.stop();
    await cleanUp(dir, null);
  });
  let stderr = '';
  people.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  people.send({ url: `ws://127.0.0.1:${(door.address() as AddressInfo).port}`, ...testPair, room: 'demo' });
  expect(await once(people, 'message')).toEqual(['ready', undefined]);
  expect(stderr.match(/could not join .*, trying again/g)).toHaveLength(2);
  const present = await roomService(sfu.url, testPair).listParticipants('demo');
  expect(present.map(({ identity }) => identity).sort()).toEqual(['ada', 'bo', 'chen']);
});
