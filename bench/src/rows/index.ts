import type { Row } from '../row.ts';
import { captureRow } from './capture.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [captureRow];
