import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log/logger.ts';
import { isRunning } from '../process/process-identity.ts';
import { forgetRecorder, type RegisteredRecorder, registeredRecorders } from './recorder-registry.ts';

const pollMs = 200;

/** Recorders that an earlier supervisor left behind: those alive finish their recordings, those dead are taken over. */
export interface OrphanWatch {
  /** Owners that were dead when this supervisor began. */
  readonly deadOwners: readonly string[];
  /** Lets those alive end their recordings cleanly; after the grace they are killed (the next start goes on). */
  stop(graceMs: number): Promise<void>;
}

/** Looks up who is there and watches those alive; `onDeath` is called once for each that goes. */
export function watchOrphans(dataDir: string, log: Logger, onDeath: (owner: string) => void): OrphanWatch {
  const recorders = registeredRecorders(dataDir);
  const alive = recorders.filter((recorder) => recorder.isRunning);
  const dead = recorders.filter((recorder) => !recorder.isRunning);
  for (const recorder of dead) forgetRecorder(dataDir, recorder.owner);
  const ends = alive.map(async (recorder) => {
    log.info({ pid: recorder.identity.pid }, 'recorder of an earlier supervisor finishes its recordings');
    while (isRunning(recorder.identity)) await delay(pollMs, undefined, { ref: false });
    forgetRecorder(dataDir, recorder.owner);
    onDeath(recorder.owner);
  });
  return {
    deadOwners: dead.map((recorder) => recorder.owner),
    stop: async (graceMs) => {
      for (const recorder of alive) signal(recorder, 'SIGTERM');
      const timer = new AbortController();
      const late = delay(graceMs + 2_000, undefined, { signal: timer.signal }).then(
        () => alive.forEach((recorder) => signal(recorder, 'SIGKILL')),
        () => undefined,
      );
      await Promise.all(ends);
      timer.abort();
      await late;
    },
  };
}

function signal(recorder: RegisteredRecorder, name: NodeJS.Signals): void {
  if (isRunning(recorder.identity)) process.kill(recorder.identity.pid, name);
}
