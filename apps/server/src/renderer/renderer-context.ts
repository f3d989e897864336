import type { Catalogue } from '@tapedeck/catalogue';
import type { Counter } from 'prom-client';
import type { RetryRules } from '../delivery/delivery-tracker.ts';
import type { Logger } from '../log/logger.ts';
import type { PictureSources } from '../pictures/fetch-picture.ts';
import type { Storages } from '../storages/open-storages.ts';

/** What every step of a renderer process shares. */
export interface RendererContext {
  readonly dataDir: string;
  readonly owner: string;
  /** Names the disk that parts are made on; renderers that share it share renders. */
  readonly place: string;
  /** Steps at a time. */
  readonly concurrency: number;
  readonly catalogue: Catalogue;
  readonly storages: Pick<Storages, 'find' | 'settings'>;
  /** How a storage that does not take a render's files is asked again. */
  readonly retry: RetryRules;
  readonly pictures: PictureSources;
  readonly log: Logger;
  readonly metrics: { readonly renders: Counter<'outcome'> };
}
