/** What a file's name is made of. The same file has the same facts whoever asks and however often, but for its duration while it grows. */
export interface FileFacts {
  readonly recordingId: string;
  /** Tells the file from all others of the recording: its output and its path there. */
  readonly place: string;
  readonly type: 'composite' | 'individual' | 'track';
  /** Of the participant; null: everybody. */
  readonly identity: string | null;
  /** camera, microphone, screen_share, …; null: more than one, or everybody's. */
  readonly source: string | null;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** `hls`, `mp4` …: the container, which decides the extension. */
  readonly format: string;
  /** Wall clock of its first instant, ms since 1970. */
  readonly startWallMs: number;
  /** null: it grows still. */
  readonly durationMs: number | null;
  /** How often the recording had been taken over by another recorder before the file began. */
  readonly takeovers: number;
}

/** Where a file stands among those of its output that only a number tells apart: the first is 1. */
export interface FileOrder {
  readonly number: number;
  /** null: more may come. */
  readonly count: number | null;
}

/** The extension of a format's files; of HLS that of the playlist. */
export function extensionOf(format: string): string {
  return format === 'hls' ? 'm3u8' : format;
}

/** True for whoever shares a screen, picture or sound of it. */
export function isScreen({ source }: Pick<FileFacts, 'source'>): boolean {
  return source === 'screen_share' || source === 'screen_share_audio';
}
