import type { Registry } from 'prom-client';
import type { RoleContext } from './role.ts';

const everyMs = 2_000;

/** Reports a role's metrics to the supervisor, which hands them to `/metrics`. Returns what ends it. */
export function sendMetrics(registry: Registry, role: Pick<RoleContext, 'send' | 'log'>): () => void {
  const timer = setInterval(() => {
    registry.getMetricsAsJSON().then(
      (snapshot) => role.send({ type: 'metrics', snapshot }),
      (error: unknown) => role.log.warn({ err: error }, 'metrics cannot be collected'),
    );
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
