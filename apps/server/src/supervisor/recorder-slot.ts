import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogLevel } from '../config/config.ts';
import type { Logger } from '../log/logger.ts';
import { createBackoff } from './backoff.ts';
import type { FromRole, ToRole } from './messages.ts';
import { type RoleProcess, startRoleProcess } from './role-process.ts';
import { stopProcess } from './role-slot.ts';

/** The recorder process and, when wanted, others that wait with everything loaded: the next one takes over when the first dies. */
export interface RecorderSlot {
  readonly isReady: boolean;
  /** How many others are loaded and could take over now. */
  readonly standbys: number;
  /** Process id of the one that records. */
  readonly pid: number;
  /** A recorder left by an earlier supervisor is gone: its recordings are taken over. */
  ownerDied(owner: string): void;
  stop(graceMs: number): Promise<void>;
}

export interface RecorderSlotOptions {
  readonly hasStandby: boolean;
  readonly logLevel: LogLevel;
  readonly log: Logger;
  readonly deadOwners: readonly string[];
  readonly configure: (owner: string) => Promise<ToRole>;
  readonly onMessage: (message: FromRole) => void;
  readonly onChange: () => void;
}

/** Two: the second takes over when the first is killed while its own successor still loads (a second on a busy machine). */
const standbyCount = 2;
/** A recorder is missed every moment that it is away: short waits even when it dies again and again. */
const longestWaitMs = 200;

interface Recorder {
  readonly owner: string;
  readonly process: RoleProcess;
}

/** Starts the recorder (and its standbys). The dead one's recordings go on in a standby with the next epoch at once. */
export function startRecorderSlot(options: RecorderSlotOptions): RecorderSlot {
  const { log } = options;
  const deadOwners = new Set(options.deadOwners);
  const backoff = createBackoff(longestWaitMs);
  const standbyBackoff = createBackoff();
  const standbys: Recorder[] = [];
  let isStopping = false;

  const begin = (): Recorder => {
    const owner = `${hostname()}-${randomUUID()}`;
    const child = startRoleProcess('recorder', options.logLevel, log, (message) => {
      options.onMessage(message);
      if (message.type === 'ready') options.onChange();
    });
    void options.configure(owner).then((message) => child.send(message));
    return { owner, process: child };
  };
  const activate = (recorder: Recorder): Recorder => {
    recorder.process.send({ type: 'activate', deadOwners: [...deadOwners] });
    void recorder.process.settled.then(() => recorder.process.send({ type: 'activate', deadOwners: [...deadOwners] }));
    return recorder;
  };
  /** One that is ready, else the one that has been loading longest: it is further than a new one. */
  const takeStandby = (): Recorder | null => {
    const index = standbys.findIndex(({ process }) => process.isReady);
    return standbys.splice(Math.max(0, index), 1)[0] ?? null;
  };

  let active = activate(begin());
  const refill = async (waitMs: number): Promise<void> => {
    if (waitMs > 0) await delay(waitMs);
    while (options.hasStandby && !isStopping && standbys.length < standbyCount) {
      const fresh = begin();
      const startedMs = performance.now();
      standbys.push(fresh);
      void fresh.process.exited.then(() => {
        if (isStopping || !standbys.includes(fresh)) return;
        standbys.splice(standbys.indexOf(fresh), 1);
        options.onChange();
        void refill(standbyBackoff.next(performance.now() - startedMs));
      });
      await fresh.process.settled; // one after the other: two that load at once are both late
      if (!fresh.process.isReady) return; // whoever saw it go refills
    }
  };
  const takeOver = async (startedMs: number): Promise<void> => {
    deadOwners.add(active.owner);
    const waitMs = backoff.next(performance.now() - startedMs);
    const standby = takeStandby();
    if (standby === null) await delay(waitMs);
    if (isStopping) return;
    active = activate(standby ?? begin());
    watch(active);
    options.onChange();
    await refill(waitMs);
  };
  const watch = (recorder: Recorder): void => {
    const startedMs = performance.now();
    void recorder.process.exited.then((end) => {
      if (isStopping) return;
      log.warn({ child: 'recorder', childPid: recorder.process.pid, ...end }, 'recorder died, another takes over');
      void takeOver(startedMs);
    });
  };
  watch(active);
  void active.process.settled.then(() => refill(0));

  return {
    get isReady() {
      return active.process.isReady;
    },
    get standbys() {
      return standbys.filter(({ process }) => process.isReady).length;
    },
    get pid() {
      return active.process.pid;
    },
    ownerDied: (owner) => {
      deadOwners.add(owner);
      active.process.send({ type: 'owner-died', owner });
    },
    stop: async (graceMs) => {
      isStopping = true;
      await Promise.all([active, ...standbys].map((recorder) => stopProcess(recorder.process, graceMs)));
    },
  };
}
