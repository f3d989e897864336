import { setTimeout as delay } from 'node:timers/promises';
import { type Catalogue, openCatalogue } from '@tapedeck/catalogue';
import { createOutgoingGuard } from '@tapedeck/delivery';
import { rehearseJoin, viewRooms } from '@tapedeck/livekit';
import { TapedeckError } from '@tapedeck/protocol';
import { createAutoRecorder } from '../auto-record/auto-recorder.ts';
import { refuseFullDisk } from '../recorder/free-disk.ts';
import { startRetention } from '../delivery/retention-job.ts';
import { createRecorderMetrics } from '../recorder/recorder-metrics.ts';
import { startRecorder } from '../recorder/recorder.ts';
import { openStorages } from '../storages/open-storages.ts';
import { registerRecorder } from '../supervisor/recorder-registry.ts';
import { sendMetrics } from './send-metrics.ts';
import type { RoleContext, RunningRole } from './role.ts';

const longestRetryMs = 1_000;

/** A database that is away for a moment costs a standby no new start. */
async function openWhenThere({ runtime, log }: RoleContext): Promise<Catalogue> {
  for (let waitMs = 50; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
    try {
      return await openCatalogue({ url: runtime.databaseUrl, masterKey: Buffer.from(runtime.masterKey, 'hex'), log });
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      await delay(waitMs);
    }
  }
}

const retentionEveryMs = 60_000;

/** Waits, loaded and connected, until it is activated; then claims and works on recordings. */
export async function startRecorderRole(role: RoleContext): Promise<RunningRole> {
  const { runtime, owner, log } = role;
  const { dataDir, autoRecord, logRetentionS } = runtime.config;
  const metrics = createRecorderMetrics();
  const catalogue = await openWhenThere(role);
  const storages = openStorages(runtime, catalogue);
  const guard = createOutgoingGuard(runtime.config.outgoing.allowPrivate);
  const pictures = { guard, dir: runtime.config.pictures.dir };
  const recorder = await startRecorder({ runtime, owner, catalogue, storages, pictures, log, metrics });
  const stopSending = sendMetrics(metrics.registry, role);
  let unregister = (): void => undefined;
  const rooms = viewRooms(runtime.livekit.url, runtime.livekit);
  const autoRecorder = createAutoRecorder({ catalogue, rooms, admit: () => refuseFullDisk(runtime.config), log });
  const polling = new AbortController();
  let polled: Promise<void> | null = null;
  let stopRetention: (() => Promise<void>) | null = null;
  const close = async (): Promise<void> => {
    stopSending();
    unregister();
    await Promise.all([polled, stopRetention?.()]);
    storages.close();
    guard.close();
    await catalogue.close().catch(() => undefined);
  };
  await rehearseJoin(); // what is loaded now does not delay the first packet
  role.send({ type: 'ready' });
  return {
    handle: (message) => {
      if (message.type === 'activate') {
        unregister = registerRecorder(dataDir, owner);
        recorder.activate(message.deadOwners);
        stopRetention ??= startRetention({ catalogue, storages, dataDir, logRetentionS, everyMs: retentionEveryMs, log });
        if (autoRecord.pollS > 0) polled ??= autoRecorder.poll(autoRecord.pollS, polling.signal);
      } else if (message.type === 'owner-died') recorder.ownerDied(message.owner);
    },
    stop: async (graceMs) => {
      polling.abort();
      await recorder.stop(graceMs);
      await close();
    },
    orphaned: async () => {
      log.warn({}, 'the supervisor is gone: finishing the running recordings');
      polling.abort();
      await recorder.drain();
      await close();
    },
  };
}
