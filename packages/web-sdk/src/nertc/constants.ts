/** Numbers that applications written for NERTC pass around. They are NetEase's; meaning and value must not change. */
export const RECORD_VIDEO_QUALITY = {
  RECORD_VIDEO_QUALITY_360p: 360,
  RECORD_VIDEO_QUALITY_480p: 480,
  RECORD_VIDEO_QUALITY_720p: 720,
} as const;
/** Pictures per second of a recording. */
export const RECORD_VIDEO_FRAME_RATE = { RECORD_VIDEO_FRAME_RATE_15: 15, RECORD_VIDEO_FRAME_RATE_30: 30 } as const;
/** Sizes of a published picture. */
export const VIDEO_QUALITY = { VIDEO_QUALITY_180p: 2, VIDEO_QUALITY_480p: 4, VIDEO_QUALITY_720p: 8, VIDEO_QUALITY_1080p: 16 } as const;
/** Rates of a published picture. */
export const VIDEO_FRAME_RATE = {
  CHAT_VIDEO_FRAME_RATE_NORMAL: 0,
  CHAT_VIDEO_FRAME_RATE_5: 1,
  CHAT_VIDEO_FRAME_RATE_10: 2,
  CHAT_VIDEO_FRAME_RATE_15: 3,
  CHAT_VIDEO_FRAME_RATE_20: 4,
  CHAT_VIDEO_FRAME_RATE_25: 5,
  CHAT_VIDEO_FRAME_RATE_30: 6,
} as const;
/** Layers of a picture sent in two sizes. */
export const STREAM_TYPE = { HIGH: 0, LOW: 1 } as const;

/** Width, height of a recording by its quality; anything else is 640 × 360. */
export function recordSize(quality: number | undefined): { readonly width: number; readonly height: number } {
  if (quality === RECORD_VIDEO_QUALITY.RECORD_VIDEO_QUALITY_480p) return { width: 640, height: 480 };
  if (quality === RECORD_VIDEO_QUALITY.RECORD_VIDEO_QUALITY_720p) return { width: 1280, height: 720 };
  return { width: 640, height: 360 };
}

/** Width, height and rate to ask a camera for. */
export function captureProfile(
  resolution: number,
  frameRate: number,
): { readonly width: number; readonly height: number; readonly frameRate: number } {
  const sizes: Readonly<Record<number, readonly [number, number]>> = { 2: [320, 180], 4: [640, 480], 8: [1280, 720], 16: [1920, 1080] };
  const rates = [15, 5, 10, 15, 20, 25, 30];
  const [width, height] = sizes[resolution] ?? [640, 480];
  return { width, height, frameRate: rates[frameRate] ?? 15 };
}
