import { setTimeout as delay } from 'node:timers/promises';
import type { LogLevel, Role } from '../config/config.ts';
import type { Logger } from '../log/logger.ts';
import { createBackoff } from './backoff.ts';
import type { FromRole, ToRole } from './messages.ts';
import { type RoleProcess, startRoleProcess } from './role-process.ts';

/** Keeps one process of a role running until `stop`. */
export interface RoleSlot {
  readonly isReady: boolean;
  readonly pid: number;
  send(message: ToRole): void;
  /** Asks it to stop, waits for `graceMs`, then kills it. */
  stop(graceMs: number): Promise<void>;
}

export interface RoleSlotOptions {
  readonly role: Role;
  readonly logLevel: LogLevel;
  readonly log: Logger;
  /** The message a fresh process gets; resolves when the services it needs are there. */
  readonly configure: () => Promise<ToRole>;
  readonly onMessage: (message: FromRole) => void;
  readonly onChange: () => void;
}

/** Starts the role and restarts it whenever it dies: the first time at once, then with backoff. */
export function startRoleSlot(options: RoleSlotOptions): RoleSlot {
  const { role, log } = options;
  const stopping = new AbortController();
  const begin = (): RoleProcess => {
    const started = startRoleProcess(role, options.logLevel, log, (message) => {
      options.onMessage(message);
      if (message.type === 'ready') options.onChange();
    });
    void options.configure().then((message) => started.send(message));
    return started;
  };
  let current = begin();
  const watching = (async () => {
    const backoff = createBackoff();
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      const end = await current.exited;
      if (stopping.signal.aborted) return;
      options.onChange();
      log.warn({ child: role, childPid: current.pid, ...end }, 'role process died, starting it again');
      await delay(backoff.next(performance.now() - startedMs), undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) current = begin();
    }
  })();
  return {
    get isReady() {
      return current.isReady;
    },
    get pid() {
      return current.pid;
    },
    send: (message) => current.send(message),
    stop: async (graceMs) => {
      stopping.abort();
      await stopProcess(current, graceMs);
      await watching;
    },
  };
}

/** Asks a role process to stop; after `graceMs` it is killed. Resolves when it is gone. */
export async function stopProcess(child: RoleProcess, graceMs: number): Promise<void> {
  child.send({ type: 'stop', graceMs });
  const timer = new AbortController();
  const late = delay(graceMs + 2_000, 'late' as const, { signal: timer.signal }).catch(() => 'gone' as const);
  if ((await Promise.race([child.exited, late])) === 'late') child.kill('SIGKILL');
  timer.abort();
  await child.exited;
}
