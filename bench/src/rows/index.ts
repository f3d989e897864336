import type { Row } from '../row.ts';
import { captureRow } from './capture.ts';
import { compositeEightRow, compositeFourRow } from './composite.ts';
import { firstPacketRow } from './first-packet.ts';
import { offlineRow } from './offline.ts';
import { stopRow } from './stop.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [compositeEightRow, captureRow, offlineRow, stopRow, firstPacketRow, compositeFourRow];
