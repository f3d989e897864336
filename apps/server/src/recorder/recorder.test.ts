import { getEventListeners } from 'node:events';
import type { Catalogue, Claim } from '@tapedeck/catalogue';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { createLogger } from '../log/logger.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import type { RecorderContext } from './recorder-context.ts';

/** A recorder over a catalogue of which only claims are looked at. */
async function start(leases: Partial<Catalogue['leases']>): Promise<{ readonly recorder: Recorder; readonly changed: () => void }> {
  let tell: (id: string | null) => void = () => undefined;
  const onChange = async (listener: typeof tell) => {
    tell = listener;
    return async () => undefined;
  };
  const config = loadConfig({ env: {} });
  const context = { runtime: { config }, catalogue: { onChange, leases }, log: createLogger('test', 'silent') };
  const recorder = await startRecorder(context as unknown as RecorderContext);
  return { recorder, changed: () => tell(null) };
}

test('a recorder that looks for work and finds none keeps nothing of each look', async () => {
  const signals = new Set<AbortSignal>();
  const listen = vi.spyOn(AbortSignal.prototype, 'addEventListener').mockImplementation(function (this: AbortSignal, ...args) {
    signals.add(this);
    EventTarget.prototype.addEventListener.apply(this, args);
  });
  onTestFinished(() => listen.mockRestore());
  let looks = 0;
  const { recorder, changed } = await start({
    claimNext: async () => {
      looks++;
      setImmediate(changed);
      return null;
    },
  });
  recorder.activate([]);
  await vi.waitUntil(() => looks > 50);
  const listeners = [...signals].map((signal) => getEventListeners(signal, 'abort').length);
  await recorder.drain();
  expect(Math.max(0, ...listeners)).toBeLessThan(5);
});

test('what it claims while it is being stopped goes back at once', async () => {
  const claim = { recordingId: 'rec_late', epoch: 1 } as Claim;
  const claimed = Promise.withResolvers<Claim>();
  const released: Claim[] = [];
  const { recorder } = await start({ claimNext: () => claimed.promise, release: async (one) => void released.push(one) });
  recorder.activate([]);
  const stopping = recorder.stop(60_000);
  claimed.resolve(claim);
  await stopping;
  expect(released).toEqual([claim]);
});
