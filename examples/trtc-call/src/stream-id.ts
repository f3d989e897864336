/** Camera and microphone, or the shared screen. */
export type StreamType = 'main' | 'aux';

/** Who sends what where. */
export interface StreamName {
  readonly sdkAppId: number;
  readonly roomId: number | string;
  readonly userId: string;
  readonly streamType: StreamType;
}

/** The legacy stream id of applications created since 2020-01-09: `12345678_12345_userA_main`, percent-encoded. Files of the legacy scheme are found by it. */
export function streamIdOf({ sdkAppId, roomId, userId, streamType }: StreamName): string {
  return encodeURIComponent(`${sdkAppId}_${roomId}_${userId}_${streamType}`);
}
