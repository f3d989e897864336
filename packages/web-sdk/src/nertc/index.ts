import * as constants from './constants.ts';
import { getCameras, getDevices, getMicrophones, getSpeakers } from './devices.ts';
import { Client, type ClientOptions } from './nertc-client.ts';
import { Stream } from './nertc-stream.ts';
import type { StreamOptions } from './stream-types.ts';
import { RtcError } from './rtc-error.ts';

let lastClient: Client | null = null;
let defaultServer: string | null = null;

function createClient(options: ClientOptions): Client {
  if (!options?.appkey) throw new RtcError(10000, 'createClient() 缺少 appkey');
  lastClient = new Client(options, defaultServer);
  return lastClient;
}

/** @returns a stream, or what NERTC gives when there is no client yet. */
function createStream(options: StreamOptions): Stream | { name: string; code: number; desc: string } {
  const client = options.client instanceof Client ? options.client : lastClient;
  if (client === null) return { name: 'API_CALL_SEQUENCE_BEFORE_ERROR', code: 10009, desc: 'createStream() 请先调用 createClient()' };
  const stream = new Stream(options, false);
  client.adopt(stream);
  return stream;
}

function checkSystemRequirements(): boolean {
  return 'RTCPeerConnection' in globalThis && 'mediaDevices' in navigator;
}

function checkBrowserCompatibility(): Promise<{
  isPullStreamSupport: boolean;
  isPushStreamSupport: boolean;
  isScreenShareSupport: boolean;
}> {
  const [canCall, canShare] = [checkSystemRequirements(), 'getDisplayMedia' in (navigator.mediaDevices ?? {})];
  return Promise.resolve({ isPullStreamSupport: canCall, isPushStreamSupport: canCall, isScreenShareSupport: canShare });
}

/**
 * NERTC's calls on a LiveKit room: an application that was written for `nertc-web-sdk` joins, publishes, subscribes and records with these, unchanged but for the import, the server's address and
 * where its token comes from. Members have NetEase's names and numbers.
 */
const NERTC = {
  createClient,
  createStream,
  getDevices,
  getCameras,
  getMicrophones,
  getSpeakers,
  checkSystemRequirements,
  checkBrowserCompatibility,
  getSupportedCodec: () => Promise.resolve({ audio: ['OPUS'] as ['OPUS'], video: ['H264', 'VP8'] as ['H264', 'VP8'] }),
  getParameters: () => ({}),
  setArea: (_area: { readonly areaCode: 'GLOBAL' | 'OVERSEAS' }) => undefined,
  /** The server of clients made from now on. Not in NERTC. */
  setServer(url: string): void {
    defaultServer = url;
  },
  destroy(client: Client | null = lastClient): void {
    void client?.destroy().catch((error: unknown) => reportError(error));
  },
  Logger: {
    enableLogUpload: () => undefined,
    disableLogUpload: () => undefined,
    setLogLevel: (_level: number) => undefined,
    DEBUG: 0,
    INFO: 1,
    WARNING: 2,
    ERROR: 3,
    NONE: 4,
  },
  VERSION: '5.8.34',
  BUILD: 'tapedeck',
  VIDEO_QUALITY: constants.VIDEO_QUALITY,
  VIDEO_FRAME_RATE: constants.VIDEO_FRAME_RATE,
  STREAM_TYPE: constants.STREAM_TYPE,
  ...constants.VIDEO_QUALITY,
  ...constants.VIDEO_FRAME_RATE,
  ...constants.RECORD_VIDEO_QUALITY,
  ...constants.RECORD_VIDEO_FRAME_RATE,
} as const;

export default NERTC;
export { NERTC };
export { RtcError };
export {
  AudioRecordingCode,
  AudioRecordingCycleTime,
  AudioRecordingPosition,
  AudioRecordingQuality,
  AudioRecordingResult,
} from '../audio/recording-numbers.ts';
export type { AudioRecordingConfig } from '../audio/take-plan.ts';
export type { Client, ClientOptions, JoinOptions, SubscribeOptions } from './nertc-client.ts';
export type { Stream } from './nertc-stream.ts';
export type { StreamOptions } from './stream-types.ts';
export type { ClientMediaRecordingOptions } from './client-recording.ts';
export type { RecordStatus } from './media-recording.ts';
