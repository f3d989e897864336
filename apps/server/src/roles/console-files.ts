import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { ApiOptions } from '@tapedeck/api';

const built = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

/** Serves the built console at `/`; without a build `/` says how to make one. */
export const serveConsole: NonNullable<ApiOptions['register']> = async (app) => {
  if (existsSync(`${built}index.html`)) await app.register(fastifyStatic, { root: built, wildcard: false });
  else
    app.get('/', async (_request, reply) =>
      reply.type('text/plain').send('Tapedeck runs. The console is not built: npm run build -w @tapedeck/console\n'),
    );
};
