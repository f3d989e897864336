import { Log } from 'node-av';
import { AV_LOG_FATAL } from 'node-av/constants';

// FFmpeg's own messages stay off stderr: broken media is counted by us, not printed by the library. Importing this file is enough.
Log.setLevel(AV_LOG_FATAL);
