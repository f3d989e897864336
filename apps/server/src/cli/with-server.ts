import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readCredentials } from '../config/credentials.ts';
import type { Logger } from '../log/logger.ts';
import { startSupervisor } from '../supervisor/supervisor.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { noteServer, runningServer } from './server-file.ts';

/** A server to give commands to: the one that runs on the data directory, else one started for this command. */
export interface ReachedServer {
  readonly api: ApiClient;
  readonly credentials: { readonly key: string; readonly secret: string };
  readonly isOurs: boolean;
  /** The pair was made by this very start. */
  readonly hasNewCredentials: boolean;
  /** Stops it when it was started here. */
  close(): Promise<void>;
}

export async function reachServer(config: Config, log: Logger): Promise<ReachedServer> {
  const url = runningServer(config.dataDir);
  if (url === null) return startServer(config, log);
  const credentials =
    config.key !== null && config.secret !== null
      ? { key: config.key, secret: config.secret }
      : readCredentials(join(config.dataDir, 'credentials.json'));
  return { api: createApiClient(url, credentials), credentials, isOurs: false, hasNewCredentials: false, close: async () => undefined };
}

/** Starts a server on the data directory; `close` stops it. */
export async function startServer(config: Config, log: Logger): Promise<ReachedServer> {
  const supervisor = await startSupervisor(config, log);
  const url = supervisor.url ?? '';
  const forget = noteServer(config.dataDir, url);
  const { credentials } = supervisor;
  return {
    api: createApiClient(url, credentials),
    credentials,
    isOurs: true,
    hasNewCredentials: credentials.isNew,
    close: async () => {
      forget();
      await supervisor.stop();
    },
  };
}
