import { openCatalogue } from '@tapedeck/catalogue';
import { openLocalStorage } from '@tapedeck/delivery';
import { paths } from '../recorder/paths.ts';
import { createRecorderMetrics } from '../recorder/recorder-metrics.ts';
import { startRecorder } from '../recorder/recorder.ts';
import { registerRecorder } from '../supervisor/recorder-registry.ts';
import { sendMetrics } from './send-metrics.ts';
import type { RoleContext, RunningRole } from './role.ts';

/** Capture that is taken over comes first. */
const warmUpAfterMs = 1_000;

/** Waits, loaded and connected, until it is activated; then claims and works on recordings. */
export async function startRecorderRole(role: RoleContext): Promise<RunningRole> {
  const { runtime, owner, log } = role;
  const { dataDir } = runtime.config;
  const metrics = createRecorderMetrics();
  const catalogue = await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
  const storage = openLocalStorage(paths.storage(dataDir));
  const recorder = await startRecorder({ runtime, owner, catalogue, storage, log, metrics });
  const stopSending = sendMetrics(metrics.registry, role);
  let unregister = (): void => undefined;
  const close = async (): Promise<void> => {
    clearTimeout(warming);
    stopSending();
    unregister();
    await catalogue.close().catch(() => undefined);
  };
  role.send({ type: 'ready' });
  const warming = setTimeout(() => void import('@tapedeck/render').catch(() => undefined), warmUpAfterMs); // a first recording need not wait for it
  return {
    handle: (message) => {
      if (message.type === 'activate') {
        unregister = registerRecorder(dataDir, owner);
        recorder.activate(message.deadOwners);
      } else if (message.type === 'owner-died') recorder.ownerDied(message.owner);
    },
    stop: async (graceMs) => {
      await recorder.stop(graceMs);
      await close();
    },
    orphaned: async () => {
      log.warn({}, 'the supervisor is gone: finishing the running recordings');
      await recorder.drain();
      await close();
    },
  };
}
