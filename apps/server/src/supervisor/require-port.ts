import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ListenError } from '../errors.ts';

const retryMs = 50;

/**
 * Makes sure that the API will find its port, before anything else is started: a taken one is an error at once and not after a database has come up.
 *
 * @param patienceMs How long to wait for whoever holds it: longer when an earlier node of this data directory may be on its way out.
 * @throws {ListenError} LISTEN_FAILED
 */
export async function requirePort(host: string, port: number, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const error = await listenError(host, port);
    if (error === null) return;
    if (error.code !== 'EADDRINUSE' || performance.now() > deadline) throw new ListenError(host, port, { cause: error });
    await delay(retryMs);
  }
}

function listenError(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
