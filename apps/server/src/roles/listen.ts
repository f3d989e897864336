import { setTimeout as delay } from 'node:timers/promises';
import type { buildApi } from '@tapedeck/api';

const retryMs = 50;
const patienceMs = 2_000;

/**
 * Listens and returns the port. An address in use is tried again for two seconds: the process before us may just be on its way out.
 *
 * @param mayMove Takes any other port then.
 * @throws the last error of listening.
 */
export async function listenPatiently(
  app: Awaited<ReturnType<typeof buildApi>>,
  host: string,
  port: number,
  mayMove: boolean,
): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (performance.now() > deadline) {
        if (mayMove) return await listenPatiently(app, host, 0, false);
        throw error;
      }
      await delay(retryMs);
    }
  }
}

/** The host of a URL that reaches a listener on `host` from this machine. */
export const urlHost = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host === '::' ? '::1' : host}]` : host;
