import { text } from 'node:stream/consumers';
import { TapedeckError, type StorageTest } from '@tapedeck/protocol';
import type { Storage } from './storage.ts';

/** Writes, reads back and deletes a small object, and says what failed. Never rejects. Storages try again by themselves: give it some seconds. */
export async function testStorage(storage: Storage): Promise<StorageTest> {
  const key = `tapedeck-test-${crypto.randomUUID()}.txt`;
  const content = `Written by Tapedeck to test this storage: ${key}\n`;
  const steps: StorageTest['steps'] = [];
  const step = async (name: StorageTest['steps'][number]['name'], work: () => Promise<void>): Promise<void> => {
    const startMs = performance.now();
    const done = (ok: boolean): void => void steps.push({ name, ok, durationMs: Math.round(performance.now() - startMs) });
    try {
      await work();
      done(true);
    } catch (error) {
      done(false);
      throw error;
    }
  };
  try {
    await step('write', () => storage.replace({ key, bytes: Buffer.from(content) }));
    await step('read', async () => {
      if ((await text(await storage.open(key))) !== content) throw new TestMismatch();
    });
    await step('delete', () => storage.remove(key));
    return { ok: true, steps, error: null };
  } catch (error) {
    return { ok: false, steps, error: problemOf(error) };
  }
}

class TestMismatch extends Error {}

function problemOf(error: unknown): StorageTest['error'] {
  if (error instanceof TapedeckError) return { code: error.code, fault: error.fault, detail: error.message };
  if (error instanceof TestMismatch)
    return { code: 'STORAGE_VERIFY_FAILED', fault: 'destination', detail: 'What was read back is not what was written.' };
  return { code: 'STORAGE_UNAVAILABLE', fault: 'destination', detail: error instanceof Error ? error.message : String(error) };
}
