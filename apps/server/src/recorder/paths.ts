import { join } from 'node:path';

/** Where things of a recording stand under the data directory. */
export const paths = {
  /** The log: `e1/`, `e2/` … Kept for later renders. */
  recording: (dataDir: string, recordingId: string): string => join(dataDir, 'recordings', recordingId),
  epoch: (dataDir: string, recordingId: string, epoch: number): string => join(dataDir, 'recordings', recordingId, `e${epoch}`),
  /** Files in the making, one folder per output. */
  render: (dataDir: string, recordingId: string, output: string): string => join(dataDir, 'renders', recordingId, output),
  renders: (dataDir: string, recordingId: string): string => join(dataDir, 'renders', recordingId),
  /** A later render in the making. */
  laterRender: (dataDir: string, recordingId: string, renderId: string): string => join(dataDir, 'later-renders', recordingId, renderId),
  laterRenders: (dataDir: string, recordingId: string): string => join(dataDir, 'later-renders', recordingId),
  storage: (dataDir: string): string => join(dataDir, 'storage', 'default'),
};
