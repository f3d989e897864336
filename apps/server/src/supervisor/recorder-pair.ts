import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogLevel } from '../config/config.ts';
import type { Logger } from '../log/logger.ts';
import { createBackoff } from './backoff.ts';
import type { FromRole, ToRole } from './messages.ts';
import { type RoleProcess, startRoleProcess } from './role-process.ts';
import { stopProcess } from './role-slot.ts';

/** The recorder process and, when wanted, a second one that waits with everything loaded and takes over when the first dies. */
export interface RecorderPair {
  readonly isReady: boolean;
  /** Process id of the one that records. */
  readonly pid: number;
  /** A recorder left by an earlier supervisor is gone: its recordings are taken over. */
  ownerDied(owner: string): void;
  stop(graceMs: number): Promise<void>;
}

export interface RecorderPairOptions {
  readonly hasStandby: boolean;
  readonly logLevel: LogLevel;
  readonly log: Logger;
  readonly deadOwners: readonly string[];
  readonly configure: (owner: string) => Promise<ToRole>;
  readonly onMessage: (message: FromRole) => void;
  readonly onChange: () => void;
}

/** A recorder is missed every moment that it is away: short waits even when it dies again and again. */
const longestWaitMs = 500;

interface Recorder {
  readonly owner: string;
  readonly process: RoleProcess;
}

/** Starts the recorder (and its standby). The dead one's recordings go on in the standby with the next epoch at once. */
export function startRecorderPair(options: RecorderPairOptions): RecorderPair {
  const { log } = options;
  const deadOwners = new Set(options.deadOwners);
  const backoff = createBackoff(longestWaitMs);
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

  let active = activate(begin());
  let standby: Recorder | null = null;
  const refill = async (waitMs: number): Promise<void> => {
    await delay(waitMs);
    if (!options.hasStandby || isStopping || standby !== null) return;
    const fresh = begin();
    standby = fresh;
    void fresh.process.exited.then(() => {
      if (standby !== fresh || isStopping) return;
      standby = null;
      void refill(backoff.next(0));
    });
  };
  const takeOver = async (startedMs: number): Promise<void> => {
    deadOwners.add(active.owner);
    const waitMs = backoff.next(performance.now() - startedMs);
    if (standby !== null) {
      active = activate(standby); // one that is still loading is further than a new one
      standby = null;
    } else {
      await delay(waitMs);
      if (isStopping) return;
      active = activate(begin());
    }
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
    get pid() {
      return active.process.pid;
    },
    ownerDied: (owner) => {
      deadOwners.add(owner);
      active.process.send({ type: 'owner-died', owner });
    },
    stop: async (graceMs) => {
      isStopping = true;
      const running = standby === null ? [active] : [active, standby];
      await Promise.all(running.map((recorder) => stopProcess(recorder.process, graceMs)));
    },
  };
}
