import type { Config } from '../config/config.ts';

/** What a role needs to know beyond the configuration; sent over IPC, so that no secret stands in an environment or an argument. */
export interface Runtime {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly livekit: { readonly url: string; readonly key: string; readonly secret: string };
  /** The first application's pair. */
  readonly credentials: { readonly key: string; readonly secret: string };
  /** 32 bytes, hexadecimal. */
  readonly masterKey: string;
}

/** State of the node as the API shows it in `/readyz`. */
export interface NodeStatus {
  readonly isStopping: boolean;
  readonly recorder: boolean;
  /** Recorders that could take over this moment. */
  readonly standbys: number;
}

/** Supervisor → role. */
export type ToRole =
  | { readonly type: 'configure'; readonly runtime: Runtime; readonly owner: string; readonly port: number }
  /** Recorder: begin to claim; take the recordings of dead owners at once. */
  | { readonly type: 'activate'; readonly deadOwners: readonly string[] }
  | { readonly type: 'owner-died'; readonly owner: string }
  | { readonly type: 'node'; readonly status: NodeStatus }
  /** API: the other processes' metrics, asked for by `metrics?`. */
  | { readonly type: 'metrics'; readonly snapshots: readonly unknown[] }
  | { readonly type: 'stop'; readonly graceMs: number };

/** Role → supervisor. */
export type FromRole =
  | { readonly type: 'ready'; readonly port?: number }
  /** The role cannot work at all (port taken): restarting it would not help. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'metrics'; readonly snapshot: unknown }
  | { readonly type: 'stopped' };
