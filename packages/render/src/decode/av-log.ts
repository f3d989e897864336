import { Log } from 'node-av';
import { AV_LOG_FATAL } from 'node-av/constants';

Log.setLevel(AV_LOG_FATAL);

/** FFmpeg's own messages stay off stderr: broken media is counted by us, not printed by the library. Importing this file is enough. */
export const avLogLevel = AV_LOG_FATAL;
