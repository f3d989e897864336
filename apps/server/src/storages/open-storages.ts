import type { Catalogue } from '@tapedeck/catalogue';
import { StorageNotFoundError } from '@tapedeck/catalogue';
import { createOutgoingGuard, type LocalStorage, openLocalStorage, openS3Storage, type Storage, testStorage } from '@tapedeck/delivery';
import type { CreateStorage, StorageTest } from '@tapedeck/protocol';
import { storageAddress } from '@tapedeck/protocol';
import { paths } from '../recorder/paths.ts';
import type { Runtime } from '../supervisor/messages.ts';

/** Settings that somebody changed are noticed after so long. */
const rememberedMs = 2_000;

/** The storages of all applications, opened when they are needed and again when their settings change. */
export interface Storages {
  /** The disk of this server, called `default`. */
  readonly local: LocalStorage;
  /** @throws {StorageNotFoundError} STORAGE_NOT_FOUND */
  find(applicationId: string, name: string): Promise<Storage>;
  /** As the settings are now; null for `default` and unknown ones. */
  settings(applicationId: string, name: string): Promise<CreateStorage | null>;
  /** @throws {OutgoingAddressError} OUTGOING_ADDRESS when the endpoint may not be spoken to. */
  check(settings: CreateStorage): Promise<void>;
  test(settings: CreateStorage): Promise<StorageTest>;
  close(): void;
}

interface Remembered {
  readonly storage: Storage;
  readonly settings: CreateStorage;
  readonly updatedAt: string;
  seenAtMs: number;
}

export function openStorages(runtime: Runtime, catalogue: Catalogue): Storages {
  const local = openLocalStorage(paths.storage(runtime.config.dataDir));
  const guard = createOutgoingGuard(runtime.config.outgoing.allowPrivate);
  const remembered = new Map<string, Remembered>();
  const look = async (applicationId: string, name: string): Promise<Remembered | null> => {
    const id = `${applicationId}/${name}`;
    const known = remembered.get(id);
    if (known !== undefined && performance.now() - known.seenAtMs < rememberedMs) return known;
    const found = await catalogue.storages.byName(applicationId, name).catch((error: unknown) => {
      if (known === undefined) throw error;
      return null; // the catalogue is away: what was good a moment ago
    });
    if (known !== undefined && (found === null || found.updatedAt === known.updatedAt)) {
      known.seenAtMs = performance.now();
      return known;
    }
    if (found === null) return null;
    const opened = {
      storage: openS3Storage(found.value, guard),
      settings: found.value,
      updatedAt: found.updatedAt,
      seenAtMs: performance.now(),
    };
    remembered.set(id, opened); // the one before it may still be in use: its connections are the guard's
    return opened;
  };
  return {
    local,
    find: async (applicationId, name) => {
      if (name === local.name) return local;
      const found = await look(applicationId, name);
      if (found === null) throw new StorageNotFoundError(name);
      return found.storage;
    },
    settings: async (applicationId, name) => (name === local.name ? null : ((await look(applicationId, name))?.settings ?? null)),
    check: async (settings) => {
      const address = storageAddress(settings);
      if (!('missing' in address)) await guard.check(address.endpoint, 'endpoint');
    },
    test: async (settings) => {
      const storage = openS3Storage(settings, guard);
      try {
        return await testStorage(storage);
      } finally {
        storage.close();
      }
    },
    close: () => {
      for (const { storage } of remembered.values()) storage.close();
      guard.close();
    },
  };
}
