import type { LogLevel, Role } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import type { FromRole, ToRole } from '../supervisor/messages.ts';
import type { RoleContext, RunningRole, StartRole } from './role.ts';

const role = process.argv[2] as Exclude<Role, 'media'>;
const log = createLogger(role, (process.argv[3] ?? 'info') as LogLevel);

const loading: Promise<StartRole> = {
  api: async () => (await import('./api-role.ts')).startApiRole,
  recorder: async () => (await import('./recorder-role.ts')).startRecorderRole,
  renderer: async () => (await import('./renderer-role.ts')).startRendererRole,
}[role]();

let running: RunningRole | null = null;
let isStopping = false;
const early: ToRole[] = [];

function send(message: FromRole): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function start(message: Extract<ToRole, { type: 'configure' }>): Promise<void> {
  const context: RoleContext = { runtime: message.runtime, owner: message.owner, port: message.port, log, send };
  running = await (await loading)(context);
  for (const waiting of early.splice(0)) running.handle(waiting);
}

async function stop(graceMs: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await running?.stop(graceMs); // one that is still starting has nothing to lose
  send({ type: 'stopped' });
  process.exit(0);
}

function crash(error: unknown): never {
  if ((error as NodeJS.ErrnoException | null)?.syscall === 'listen') {
    send({ type: 'failed', code: 'LISTEN_FAILED', message: (error as Error).message });
  }
  log.fatal({ err: error }, 'role crashed');
  process.exit(1);
}

process.on('message', (message: ToRole) => {
  if (message.type === 'configure') start(message).catch(crash);
  else if (message.type === 'stop') stop(message.graceMs).catch(crash);
  else if (running === null) early.push(message);
  else running.handle(message);
});
// The supervisor died. A recorder goes on until its recordings end; the others are of no use without it.
process.on('disconnect', () => {
  if (isStopping) return;
  if (running === null) process.exit(0);
  running.orphaned().then(() => process.exit(0), crash);
});
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void stop(60_000).catch(crash));
process.on('unhandledRejection', crash);
