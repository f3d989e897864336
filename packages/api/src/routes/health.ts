import { HealthSchema, TapedeckError } from '@tapedeck/protocol';
import type { Health } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from '../ports.ts';

/** `/healthz` (this process answers), `/readyz` (recordings can start) and `/metrics`; open to everybody who reaches the port. */
export function healthRoutes(app: FastifyInstance, options: ApiOptions): void {
  const tags = ['health'];
  const alive = { tags, summary: 'The API process answers', security: [], response: { 200: HealthSchema } };
  app.get('/healthz', { schema: alive }, async () => ({ status: 'ok' }));

  const ready = { tags, summary: 'Recordings can start', security: [], response: { 200: HealthSchema, 503: HealthSchema } };
  app.get('/readyz', { schema: ready }, async (_request, reply) => {
    const [own, others] = await Promise.all([
      checkCatalogue(options),
      options.readiness().catch((error: unknown) => ({ server: inWords(error) })),
    ]);
    const checks = { catalogue: own, ...others };
    const isReady = Object.values(checks).every((check) => check === 'ok');
    const health: Health = { status: isReady ? 'ok' : 'unavailable', checks };
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  });

  app.get('/metrics', { schema: { tags, summary: 'Prometheus metrics', security: [] } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await options.metrics()),
  );
}

async function checkCatalogue({ catalogue }: ApiOptions): Promise<string> {
  return await catalogue.applications.byKey('').then(
    () => 'ok',
    (error: unknown) => inWords(error),
  );
}

const inWords = (error: unknown): string => (error instanceof TapedeckError ? error.code : 'INTERNAL');
