import type { Row } from '../row.ts';
import { accuracyRow } from './accuracy.ts';
import { bucketRow } from './bucket.ts';
import { captureRow } from './capture.ts';
import { compositeEightRow, compositeFourRow } from './composite.ts';
import { dialectCallsRow } from './dialect-calls.ts';
import { dialectStartRow } from './dialect-start.ts';
import { firstPacketRow } from './first-packet.ts';
import { offlineRow } from './offline.ts';
import { overloadRow } from './overload.ts';
import { rerenderRow } from './rerender.ts';
import { stopRow } from './stop.ts';
import { threeRow } from './three.ts';
import { webRecorderRow } from './web-recorder.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  compositeEightRow,
  captureRow,
  offlineRow,
  stopRow,
  bucketRow,
  firstPacketRow,
  compositeFourRow,
  rerenderRow,
  threeRow,
  overloadRow,
  accuracyRow,
  dialectCallsRow,
  dialectStartRow,
  webRecorderRow,
];
