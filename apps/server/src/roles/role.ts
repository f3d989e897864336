import type { Logger } from '../log/logger.ts';
import type { FromRole, Runtime, ToRole } from '../supervisor/messages.ts';

/** What a role process works with. */
export interface RoleContext {
  readonly runtime: Runtime;
  /** Name of this process in leases. */
  readonly owner: string;
  /** Port to listen on (API); 0: any. */
  readonly port: number;
  readonly log: Logger;
  readonly send: (message: FromRole) => void;
}

/** A role at work. */
export interface RunningRole {
  handle(message: ToRole): void;
  /** Ends its work within the grace. */
  stop(graceMs: number): Promise<void>;
  /** The supervisor is gone: resolves when the process should end. */
  orphaned(): Promise<void>;
}

/** Starts a role; it reports `ready` itself. */
export type StartRole = (context: RoleContext) => Promise<RunningRole>;
