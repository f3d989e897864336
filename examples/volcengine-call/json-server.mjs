import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Serves functions as `POST /api/<name>`: each gets the body's JSON and answers with JSON. Says on standard output where it listens.
 *
 * @param {number} port
 * @param {Readonly<Record<string, (body: any) => Promise<unknown>>>} calls
 */
export async function serveJson(port, calls) {
  const answer = async (request, response) => {
    const call = Object.hasOwn(calls, request.url?.slice('/api/'.length) ?? '') ? calls[request.url.slice('/api/'.length)] : null;
    const send = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    try {
      if (request.method !== 'POST' || call === null) return send(404, { message: 'There is no such call.' });
      const text = Buffer.concat(await request.toArray()).toString();
      return send(200, await call(JSON.parse(text === '' ? '{}' : text)));
    } catch (error) {
      return send(400, { message: error instanceof Error ? error.message : String(error) });
    }
  };
  const server = createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  console.log(`The backend listens on http://127.0.0.1:${server.address().port}`);
}
