import type { FastifyInstance, HTTPMethods } from 'fastify';
import { MethodNotAllowedError } from '../errors.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** From now on collects the routes of `app`; call the result after the last one: every other method of their addresses is answered with 405. */
export function collectRoutes(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  let isOpen = true;
  app.addHook('onRoute', ({ url, method }) => {
    if (!isOpen) return;
    const names = known.get(url) ?? new Set<string>();
    known.set(url, names);
    for (const name of [method].flat()) names.add(name);
  });
  return () => {
    isOpen = false;
    for (const [url, names] of known) {
      const refuse = async (request: { method: string }): Promise<never> => {
        throw new MethodNotAllowedError(request.method, [...names].toSorted());
      };
      const others = methods.filter((method) => !names.has(method));
      app.route({ url, method: [...others], schema: { hide: true }, onRequest: refuse, handler: refuse });
    }
  };
}
