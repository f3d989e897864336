// A recorder in miniature for killed-writers.test.ts: claims, moves on, lists files, for ever. Arguments: url, application id, owner, dead owners.
import { parseCreateRecording } from '@tapedeck/protocol';
import { openCatalogue } from '../src/index.ts';
import type { Claim } from '../src/index.ts';
import { file, masterKey } from './test-catalogue.ts';

const [url = '', applicationId = '', owner = '', dead = '', mode = 'work'] = process.argv.slice(2);
const catalogue = await openCatalogue({ url, masterKey, connections: 2 });
const { leases, recordings } = catalogue;
const deadOwners = dead.split(',');

while (true) {
  const claim = await leases.claimNext(owner, { expiryMs: 60_000, deadOwners });
  if (claim !== null) await work(claim);
  else if (mode === 'finish') break;
  else await recordings.create(applicationId, parseCreateRecording({ room: owner }), null);
}
await catalogue.close();
process.disconnect();

async function work(claim: Claim): Promise<void> {
  const steps: (() => Promise<unknown>)[] = [
    () => leases.transition(claim, 'recording', { startedAt: new Date() }),
    () => leases.participant(claim, { identity: 'alice', name: 'Alice', joinedMs: 0, leftMs: null }),
    () => leases.heartbeat(claim, 60_000),
    () => leases.transition(claim, 'stopping', { endedAt: new Date(), endReason: 'stopped' }),
    () => leases.transition(claim, 'rendering'),
    () => leases.transition(claim, 'delivering'),
    ...['a.mp4', 'b.mp4', 'c.mp4'].map((key) => () => leases.file(claim, file(key))),
    () => leases.transition(claim, 'completed'),
    () => leases.release(claim),
  ];
  for (const step of steps) {
    process.send?.('step'); // tells before, so that the kill falls into the step
    await step();
  }
}
