import { setTimeout as delay } from 'node:timers/promises';
import type { buildApi } from '@tapedeck/api';

const retryMs = 50;
const patienceMs = 2_000;

/**
 * Listens and returns the port. An address in use is tried again for two seconds: the process before us may just be on its way out.
 *
 * @throws the last error of listening.
 */
export async function listenPatiently(app: Awaited<ReturnType<typeof buildApi>>, host: string, port: number): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || performance.now() > deadline) throw error;
      await delay(retryMs);
    }
  }
}
