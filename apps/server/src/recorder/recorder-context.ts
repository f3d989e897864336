import type { Catalogue } from '@tapedeck/catalogue';
import type { LocalStorage } from '@tapedeck/delivery';
import type { Logger } from '../log/logger.ts';
import type { Runtime } from '../supervisor/messages.ts';
import type { RecorderMetrics } from './recorder-metrics.ts';

/** What every recording of a recorder process shares. */
export interface RecorderContext {
  readonly runtime: Runtime;
  readonly owner: string;
  readonly catalogue: Catalogue;
  readonly storage: LocalStorage;
  readonly log: Logger;
  readonly metrics: RecorderMetrics;
}
