import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LogLevel, Role } from '../config/config.ts';
import type { Logger } from '../log/logger.ts';
import { prioritize } from '../process/process-priority.ts';
import type { FromRole, ToRole } from './messages.ts';

const entry = fileURLToPath(new URL('../roles/role-main.ts', import.meta.url));

/** One running role process. */
export interface RoleProcess {
  readonly role: Role;
  readonly pid: number;
  readonly isReady: boolean;
  /** Resolves at its first `ready`, or when it is gone (then `isReady` is false). */
  readonly settled: Promise<void>;
  /** Resolves when it is gone. Never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Lost when the process is gone. */
  send(message: ToRole): void;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a role in a process group of its own, so that Ctrl-C in the terminal reaches only the supervisor. It loads its modules at once and
 * waits for `configure`.
 */
export function startRoleProcess(role: Role, logLevel: LogLevel, log: Logger, onMessage: (message: FromRole) => void): RoleProcess {
  const child: ChildProcess = fork(entry, [role, logLevel], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  if (role === 'recorder' && child.pid !== undefined) prioritize(child.pid, 'capture');
  let isReady = false;
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      log.error({ err: error, role }, 'role process cannot be started');
      resolve({ code: null, signal: null });
    });
  });
  const settled = new Promise<void>((resolve) => {
    void exited.then(() => {
      isReady = false;
      resolve();
    });
    child.on('message', (message: FromRole) => {
      if (message.type === 'ready') isReady = true;
      onMessage(message);
      if (message.type === 'ready') resolve();
    });
  });
  return {
    role,
    pid: child.pid ?? 0,
    get isReady() {
      return isReady;
    },
    settled,
    exited,
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    kill: (signal) => child.kill(signal),
  };
}
