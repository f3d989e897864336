import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { CommandError } from '../errors.ts';
import { createApiClient } from './api-client.ts';
import { waitForRecording } from './follow-recording.ts';
import { patiently } from './patiently.ts';

const pair = { key: 'k', secret: 's' };

test('a recording is followed although the API is started again meanwhile', async () => {
  let answers = 0;
  const server = createServer((request, response) => {
    answers += 1;
    if (answers === 2) return void request.socket.destroy();
    response.statusCode = answers === 3 ? 503 : 200;
    response.end(JSON.stringify({ state: answers < 4 ? 'recording' : 'completed' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = createApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, pair);
  expect((await waitForRecording(api, 'rec_1', ({ state }) => state === 'completed')).state).toBe('completed');
  expect(answers).toBe(4);
  server.close();
});

test('a server that stays away is not waited for without end, and what it refuses is not asked again', async () => {
  const away = vi.fn(() => Promise.reject(new CommandError('away', { retryable: true })));
  await expect(patiently(away, { forMs: 20, everyMs: 5 })).rejects.toThrow('away');
  expect(away.mock.calls.length).toBeGreaterThan(1);
  const refused = vi.fn(() => Promise.reject(new CommandError('refused')));
  await expect(patiently(refused)).rejects.toThrow('refused');
  expect(refused).toHaveBeenCalledTimes(1);
});
