import type { Config } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import { stopSignal } from './stop-signal.ts';
import { startServer } from './with-server.ts';

/** `tapedeck up`: serves until Ctrl-C or SIGTERM, then ends recordings cleanly. */
export async function up(config: Config): Promise<void> {
  const stopped = stopSignal();
  const server = await startServer(config, createLogger('supervisor', config.logLevel));
  if (server.hasNewCredentials) {
    process.stdout.write(`\nFirst application (shown once, kept in ${config.dataDir}/credentials.json):\n`);
    process.stdout.write(`  key     ${server.credentials.key}\n  secret  ${server.credentials.secret}\n`);
  }
  if (server.api.url !== '') process.stdout.write(`\nTapedeck is ready: ${server.api.url}\n\n`);
  const name = await stopped;
  process.stdout.write(`${name}: ending recordings and stopping …\n`);
  await server.close();
}
