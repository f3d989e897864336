import type { Catalogue } from '@tapedeck/catalogue';
import type { Logger } from '../log/logger.ts';
import type { PictureSources } from '../pictures/fetch-picture.ts';
import type { Storages } from '../storages/open-storages.ts';
import type { Runtime } from '../supervisor/messages.ts';
import type { RecorderMetrics } from './recorder-metrics.ts';

/** What every recording of a recorder process shares. */
export interface RecorderContext {
  readonly runtime: Runtime;
  readonly owner: string;
  readonly catalogue: Catalogue;
  readonly storages: Storages;
  readonly pictures: PictureSources;
  readonly log: Logger;
  readonly metrics: RecorderMetrics;
}
