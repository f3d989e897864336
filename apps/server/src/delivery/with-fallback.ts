import { type Storage, StorageSetupError } from '@tapedeck/delivery';
import { TapedeckError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';
import type { Storages } from '../storages/open-storages.ts';

/** A storage that fails for so long is passed over for its fallback; one whose settings are wrong at once. */
const patienceMs = 30_000;

export interface FallbackOptions {
  readonly applicationId: string;
  /** Name of the storage that is meant. */
  readonly storage: string;
  readonly storages: Pick<Storages, 'find' | 'settings'>;
  /** For how long it has failed by now. */
  readonly failingMs: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Delivers once to the storage as its settings are now, or to its fallback when it does not take the files.
 *
 * @param deliver `taken`: a storage whose files stay where they are.
 * @throws what the storage threw that was tried last.
 */
export async function withFallback(
  options: FallbackOptions,
  deliver: (storage: Storage, taken: Storage | null) => Promise<void>,
): Promise<void> {
  const { applicationId, storages, log, signal } = options;
  const primary = await storages.find(applicationId, options.storage);
  try {
    await deliver(primary, null);
  } catch (error) {
    const fallback = (await storages.settings(applicationId, options.storage))?.fallback ?? null;
    const isTime = error instanceof StorageSetupError || options.failingMs() >= patienceMs;
    if (fallback === null || !isTime || signal.aborted || !(error instanceof TapedeckError)) throw error;
    log.warn({ err: error, fallback }, 'storage did not take the files, taking its fallback');
    await deliver(await storages.find(applicationId, fallback), primary);
  }
}
