// Generated from the server's OpenAPI document by `npm run generate -w @tapedeck/node`. Not to be edited.

export interface Application {
  /** `app_…` */
  readonly id: string;
  readonly name: string;
  readonly tencent: TencentSettings;
  readonly volcengine: VolcengineSettings;
  readonly autoRecord: AutoRecord | null;
}

export interface Audio {
  readonly sampleRateHz: 48000 | 44100 | 32000 | 16000;
  readonly channels: 1 | 2;
  /** Target, 1000 bits per second. */
  readonly bitrateKbps: number;
}

export interface AudioRequest {
  readonly sampleRateHz?: 48000 | 44100 | 32000 | 16000;
  readonly channels?: 1 | 2;
  /** Target, 1000 bits per second. */
  readonly bitrateKbps?: number;
}

export interface AutoRecord {
  readonly enabled?: boolean;
  /** As `match` of a template; every room when left out. */
  readonly match?: unknown;
  /** As `recording` of a template. */
  readonly recording?: unknown;
  /** As `autoStart.tencent` of a template. */
  readonly tencent?: unknown;
  /** As `autoStart.volcengine` of a template. */
  readonly volcengine?: unknown;
}

export interface CompositeOutput {
  readonly type: 'composite';
  /** mp4, hls and flv: H.264 and AAC; webm: VP9 or VP8 and Opus; m4a and aac (ADTS): AAC; mp3; wav: 16-bit PCM; ogg: Opus. The last five hold sound alone. Each codec is encoded once, whatever the number of its containers. */
  readonly formats: readonly ('mp4' | 'hls' | 'webm' | 'flv' | 'm4a' | 'aac' | 'mp3' | 'wav' | 'ogg')[];
  readonly video: Video | null;
  readonly audio: Audio | null;
  /** Options may stand beside the name as well as in `options`. */
  readonly layout:
    | LayoutGrid
    | LayoutSpeaker
    | LayoutScreenShare
    | LayoutFloating
    | LayoutVertical
    | LayoutSideBySide
    | LayoutAdaptive
    | LayoutSingle
    | LayoutCustom;
  /** Only with `hls` among the formats. */
  readonly hls?: Hls;
  /** Only with `webm` among the formats. */
  readonly webm?: Webm;
}

export interface CompositeOutputRequest {
  readonly type: 'composite';
  /** mp4, hls and flv: H.264 and AAC; webm: VP9 or VP8 and Opus; m4a and aac (ADTS): AAC; mp3; wav: 16-bit PCM; ogg: Opus. The last five hold sound alone. Each codec is encoded once, whatever the number of its containers. */
  readonly formats?: readonly ('mp4' | 'hls' | 'webm' | 'flv' | 'm4a' | 'aac' | 'mp3' | 'wav' | 'ogg')[];
  readonly video?: Video2 | null;
  readonly audio?: AudioRequest | null;
  /** Options may stand beside the name as well as in `options`. */
  readonly layout?:
    | LayoutGridRequest
    | LayoutSpeakerRequest
    | LayoutScreenShareRequest
    | LayoutFloatingRequest
    | LayoutVerticalRequest
    | LayoutSideBySideRequest
    | LayoutAdaptiveRequest
    | LayoutSingleRequest
    | LayoutCustomRequest;
  /** Only with `hls` among the formats. */
  readonly hls?: HlsRequest;
  /** Only with `webm` among the formats. */
  readonly webm?: WebmRequest;
}

export interface CreateKey {
  /** What it is for. */
  readonly name: string;
}

export interface CreateRecording {
  /** LiveKit room name. */
  readonly room: string;
  /** Name of a template that says whatever this request leaves out. */
  readonly template?: string | null;
  readonly outputs?: readonly (CompositeOutputRequest | IndividualOutputRequest)[];
  readonly subscribe?: {
    /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
    readonly audio?: {
      readonly allow?: readonly string[];
      readonly deny?: readonly string[];
      /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
      readonly sources?: readonly ('microphone' | 'screen_share_audio')[];
      /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
      readonly except?: readonly Except[];
    };
    /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
    readonly video?: {
      readonly allow?: readonly string[];
      readonly deny?: readonly string[];
      /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
      readonly sources?: readonly ('camera' | 'screen_share')[];
      /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
      readonly except?: readonly ExceptRequest[];
    };
  };
  /** Where files go: the name of a storage of `/v1/storages`; `default`: the disk of this server */
  readonly storage?: string;
  /** Files and log are deleted so many days after the end; null: as the storage says. */
  readonly retentionDays?: number | null;
  /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
  readonly prefix?: string;
  /** Ends by itself after so many seconds without media. */
  readonly idleTimeoutS?: number;
  /** Once everybody has left the room, it ends by itself after so many seconds; whoever comes back earlier goes on in the same files. null: `idleTimeoutS` decides. */
  readonly resumeWaitS?: number | null;
  /** What a pause is in the files: `cut` leaves it out, `hold` keeps the last picture and silence for as long as it lasts. */
  readonly pauseMode?: 'cut' | 'hold';
  /** Ends by itself so many seconds after its first media, pauses included. */
  readonly maxDurationS?: number;
  /** A new file begins at the first keyframe after so many seconds. HLS is not cut. */
  readonly sliceS?: number;
  /** A new file begins before a file would outgrow this (a file holds at least one part of a few seconds). HLS is not cut. */
  readonly maxFileBytes?: number;
  /** What stands in for a muted or missing picture. */
  readonly fill?: 'last-frame' | 'black' | 'placeholder';
  /** Individual files: shorter gaps are filled; after a longer one a new file begins when media comes back. */
  readonly maxGapS?: number;
  /** Sign what was recorded: log and files can be verified later by anybody with the public key of this server. */
  readonly evidence?: boolean;
  /** Made beside the files: thumbnails (WebVTT and JPEG sheets), waveform and timeline (JSON). */
  readonly extras?: readonly ('thumbnails' | 'waveform' | 'timeline')[];
  /** Kept with the recording and given back; at most 16384 bytes as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface CreateRender {
  /** As one of the `outputs` of a recording. Left out: the recording’s own composite. A composite without `layout` begins with the recording’s and changes as it did in the session; with `layout` it keeps that one. */
  readonly output?: CompositeOutputRequest | IndividualOutputRequest;
  readonly range?: {
    /** Recording time of the first instant, ms. */
    readonly fromMs?: number;
    /** Recording time of the end, ms; null: the end of the recording. */
    readonly toMs?: number | null;
  } | null;
  readonly people?: {
    readonly allow?: readonly string[];
    readonly deny?: readonly string[];
  } | null;
}

export interface CreateStorage {
  /** Lower-case letters, digits and "-" */
  readonly name: string;
  /** Provider; `s3`: any other. */
  readonly preset?: 'aws' | 'minio' | 'r2' | 'cos' | 'oss' | 'obs' | 'tos' | 'kodo' | 'gcs' | 's3';
  /** Without the bucket; null: as the preset makes it from `region`. */
  readonly endpoint?: string | null;
  readonly region?: string | null;
  /** Preset r2. */
  readonly accountId?: string | null;
  /** Letters, digits, ".", "_", "-" */
  readonly bucket: string;
  /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
  readonly prefix?: string;
  /** Visible ASCII characters */
  readonly accessKeyId: string;
  /** Visible ASCII characters */
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | null;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; null: as the preset needs it. */
  readonly pathStyle?: boolean | null;
  readonly encryption?: EncryptionRequest | Encryption2 | Encryption3 | null;
  readonly storageClass?: string | null;
  /** Files are deleted so many days after their recording ended; null: kept. */
  readonly retentionDays?: number | null;
  /** Takes the files that this storage does not take. */
  readonly fallback?: string | null;
}

export interface CreateTemplate {
  /** Unique within the application. */
  readonly name: string;
  readonly match?: MatchRequest | null;
  /** As the body of `POST /v1/recordings`, without `room` and `template`. What is left out gets its default when a recording starts. */
  readonly recording?: {
    readonly outputs?: readonly (CompositeOutputRequest | IndividualOutputRequest)[];
    readonly subscribe?: {
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly audio?: {
        readonly allow?: readonly string[];
        readonly deny?: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources?: readonly ('microphone' | 'screen_share_audio')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly Except[];
      };
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly video?: {
        readonly allow?: readonly string[];
        readonly deny?: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources?: readonly ('camera' | 'screen_share')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly ExceptRequest[];
      };
    };
    /** Where files go: the name of a storage of `/v1/storages`; `default`: the disk of this server */
    readonly storage?: string;
    /** Files and log are deleted so many days after the end; null: as the storage says. */
    readonly retentionDays?: number | null;
    /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
    readonly prefix?: string;
    /** Ends by itself after so many seconds without media. */
    readonly idleTimeoutS?: number;
    /** Once everybody has left the room, it ends by itself after so many seconds; whoever comes back earlier goes on in the same files. null: `idleTimeoutS` decides. */
    readonly resumeWaitS?: number | null;
    /** What a pause is in the files: `cut` leaves it out, `hold` keeps the last picture and silence for as long as it lasts. */
    readonly pauseMode?: 'cut' | 'hold';
    /** Ends by itself so many seconds after its first media, pauses included. */
    readonly maxDurationS?: number;
    /** A new file begins at the first keyframe after so many seconds. HLS is not cut. */
    readonly sliceS?: number;
    /** A new file begins before a file would outgrow this (a file holds at least one part of a few seconds). HLS is not cut. */
    readonly maxFileBytes?: number;
    /** What stands in for a muted or missing picture. */
    readonly fill?: 'last-frame' | 'black' | 'placeholder';
    /** Individual files: shorter gaps are filled; after a longer one a new file begins when media comes back. */
    readonly maxGapS?: number;
    /** Sign what was recorded: log and files can be verified later by anybody with the public key of this server. */
    readonly evidence?: boolean;
    /** Made beside the files: thumbnails (WebVTT and JPEG sheets), waveform and timeline (JSON). */
    readonly extras?: readonly ('thumbnails' | 'waveform' | 'timeline')[];
    /** Kept with the recording and given back; at most 16384 bytes as JSON. */
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  readonly autoStart?: {
    /** `first-media`: as soon as somebody publishes a track that the subscribe rules want and that is not muted. */
    readonly on?: 'first-media';
    /** They count as recordings of Tencent's API: its callbacks tell of them, and their files are named as its documents say. */
    readonly tencent?: TencentRequest;
    /** They count as tasks of Volcengine's API: its callbacks tell of them, and `GetRecordTask` finds them by the TaskId told there. */
    readonly volcengine?: VolcengineRequest;
  } | null;
  /** false: starts nothing by itself; it can still be used by its name. */
  readonly enabled?: boolean;
}

export interface CreateToken {
  /** LiveKit room name. */
  readonly room: string;
  /** LiveKit participant identity. */
  readonly identity: string;
  /** Shown to others; empty: the identity. */
  readonly name?: string;
  readonly canPublish?: boolean;
  /** How long the token can be used to join, in seconds. */
  readonly ttlS?: number;
}

export interface CreateWebhook {
  /** http:// or https://; addresses of private networks are refused unless the configuration allows them. */
  readonly url: string;
  /** Types of events: one, a group like `recording.*`, or `*` for all. */
  readonly events?: readonly (
    | '*'
    | 'recording.*'
    | 'participant.*'
    | 'file.*'
    | 'render.*'
    | 'recording.state_changed'
    | 'recording.changed'
    | 'recording.stop_requested'
    | 'recording.pause_requested'
    | 'recording.resume_requested'
    | 'recording.taken_over'
    | 'recording.picture_failed'
    | 'recording.extra_failed'
    | 'recording.expired'
    | 'recording.deleted'
    | 'participant.joined'
    | 'participant.left'
    | 'file.growing'
    | 'file.ready'
    | 'file.deleted'
    | 'render.started'
    | 'render.completed'
    | 'render.failed'
  )[];
  /** false: nothing is sent and nothing new is queued. */
  readonly enabled?: boolean;
  readonly description?: string;
}

export interface Crop {
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** More than 0. */
  readonly width: number;
  /** More than 0. */
  readonly height: number;
}

export interface CustomTile {
  /** Whose tile it is. */
  readonly identity?: string;
  /** Instead of an identity: people whom no tile names take the slots in the order of their numbers, as they joined. With neither, the order of the list counts. */
  readonly slot?: number;
  /** camera when left out. */
  readonly source?: 'camera' | 'screen';
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** More than 0. */
  readonly width: number;
  /** More than 0. */
  readonly height: number;
  /** Higher is in front; 0 when left out. */
  readonly z?: number;
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** 1 when left out. */
  readonly opacity?: number;
  /** The part of the picture that is shown, in fractions of it; all of it when left out. */
  readonly crop?: Crop;
  /** Behind the picture; shown while nobody is there too. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
}

export interface Delivery {
  /** `dlv_…` */
  readonly id: string;
  /** `evt_…` */
  readonly eventId: string;
  readonly type: string;
  readonly recordingId: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  /** Since it was queued or replayed last. */
  readonly attempts: number;
  /** Queued first. */
  readonly createdAt: string;
  /** Queued or replayed last. */
  readonly queuedAt: string;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  readonly nextCursor: string | null;
}

export interface Encryption {
  readonly type: 'AES256' | 'aws:kms' | 'customer';
  readonly keyId: string | null;
}

export interface Encryption2 {
  readonly type: 'aws:kms';
  readonly keyId?: string | null;
}

export interface Encryption3 {
  readonly type: 'customer';
  /** 32 bytes in base64 */
  readonly key: string;
}

export interface EncryptionRequest {
  readonly type: 'AES256';
}

export interface EvidenceKey {
  readonly algorithm: 'Ed25519';
  /** First 32 hexadecimal digits of the SHA-256 of the SubjectPublicKeyInfo. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
}

export interface Except {
  /** LiveKit participant identity. */
  readonly identity: string;
  readonly source: 'microphone' | 'screen_share_audio';
}

export interface ExceptRequest {
  /** LiveKit participant identity. */
  readonly identity: string;
  readonly source: 'camera' | 'screen_share';
}

export interface FileDelivery {
  /** Failed ones in all. */
  readonly attempts: number;
  /** Failed ones since something was taken last. */
  readonly failures: number;
  readonly failingSince: string | null;
  readonly lastError: LastError | null;
  readonly nextAttemptAt: string | null;
}

export interface Hls {
  /** Fragmented MP4, or MPEG-TS for old players. */
  readonly segments: 'fmp4' | 'ts';
  /** Adds Tencent's #EXT-X-TRTC-… tags to the playlist; players pass over them. */
  readonly privateTags: boolean;
}

export interface HlsRequest {
  /** Fragmented MP4, or MPEG-TS for old players. */
  readonly segments?: 'fmp4' | 'ts';
  /** Adds Tencent's #EXT-X-TRTC-… tags to the playlist; players pass over them. */
  readonly privateTags?: boolean;
}

export interface Image {
  /** http(s) address, data: URL with base64, or file:NAME (a file of the folder that the configuration names), of a PNG, JPEG, WebP or GIF up to 10 MB. Fetched once, when the recording starts or the layout is changed. */
  readonly url: string;
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
}

export interface ImageWatermark {
  readonly type: 'image';
  /** http(s) address, data: URL with base64, or file:NAME (a file of the folder that the configuration names), of a PNG, JPEG, WebP or GIF up to 10 MB. Fetched once, when the recording starts or the layout is changed. */
  readonly url: string;
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** One of nine places instead of x and y. */
  readonly position?:
    'top-left' | 'top-center' | 'top-right' | 'center-left' | 'center' | 'center-right' | 'bottom-left' | 'bottom-center' | 'bottom-right';
  /** Left edge: fraction of the canvas when no number of the box is over 1, else pixels. */
  readonly x?: number;
  /** Top edge, likewise. */
  readonly y?: number;
  /** More than 0. Likewise; longer text is cut, and a box with a background is so wide. */
  readonly width?: number;
  /** More than 0. Likewise. */
  readonly height?: number;
  /** 1 when left out. */
  readonly opacity?: number;
}

export interface IndividualOutput {
  readonly type: 'individual';
  /** mp4, hls and flv: H.264 and AAC; webm: VP9 or VP8 and Opus; m4a and aac (ADTS): AAC; mp3; wav: 16-bit PCM; ogg: Opus. The last five hold sound alone. Each codec is encoded once, whatever the number of its containers. */
  readonly formats: readonly ('mp4' | 'hls' | 'webm' | 'flv' | 'm4a' | 'aac' | 'mp3' | 'wav' | 'ogg')[];
  /** One file per participant and source; false: one per track. */
  readonly merge: boolean;
  readonly video: VideoRequest | null;
  readonly audio: Audio | null;
  /** Only with `hls` among the formats. */
  readonly hls?: Hls;
}

export interface IndividualOutputRequest {
  readonly type: 'individual';
  /** mp4, hls and flv: H.264 and AAC; webm: VP9 or VP8 and Opus; m4a and aac (ADTS): AAC; mp3; wav: 16-bit PCM; ogg: Opus. The last five hold sound alone. Each codec is encoded once, whatever the number of its containers. */
  readonly formats?: readonly ('mp4' | 'hls' | 'webm' | 'flv' | 'm4a' | 'aac' | 'mp3' | 'wav' | 'ogg')[];
  /** One file per participant and source; false: one per track. */
  readonly merge?: boolean;
  readonly video?: Video3 | null;
  readonly audio?: AudioRequest | null;
  /** Only with `hls` among the formats. */
  readonly hls?: HlsRequest;
}

export interface KeyPair {
  readonly key: string;
  readonly name: string;
  /** The pair of the configuration: it cannot be deleted here. */
  readonly isPrimary: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Only in the answer that made it. */
  readonly secret?: string;
}

export interface Labels {
  /** Pixels; by the size of the picture when left out. */
  readonly fontSize?: number;
  /** White when left out. #RRGGBB. */
  readonly color?: string;
  /** Box behind the name; half transparent black when left out. #RRGGBB or #RRGGBBAA; null: none. */
  readonly background?: string | null;
  /** bottom-left when left out. */
  readonly position?:
    'top-left' | 'top-center' | 'top-right' | 'center-left' | 'center' | 'center-right' | 'bottom-left' | 'bottom-center' | 'bottom-right';
}

export interface LastError {
  readonly code: string;
  readonly fault: 'caller' | 'destination' | 'service';
  readonly detail: string;
  /** When. */
  readonly at: string;
}

export interface LayoutAdaptive {
  readonly name: 'adaptive';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
  };
}

export interface LayoutAdaptiveRequest {
  readonly name: 'adaptive';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Pixels between tiles, even; 0 when left out. */
  readonly gap?: number;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
  };
}

export interface LayoutCustom {
  readonly name: 'custom';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    readonly tiles: readonly CustomTile[];
    /** What the numbers of tiles are; when left out: fractions of the canvas if no width and no height is over 1, else pixels. */
    readonly unit?: 'fraction' | 'pixel';
  };
}

export interface LayoutCustomRequest {
  readonly name: 'custom';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  readonly tiles?: readonly CustomTile[];
  /** What the numbers of tiles are; when left out: fractions of the canvas if no width and no height is over 1, else pixels. */
  readonly unit?: 'fraction' | 'pixel';
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    readonly tiles?: readonly CustomTile[];
    /** What the numbers of tiles are; when left out: fractions of the canvas if no width and no height is over 1, else pixels. */
    readonly unit?: 'fraction' | 'pixel';
  };
}

export interface LayoutFloating {
  readonly name: 'floating';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutFloatingRequest {
  readonly name: 'floating';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
  readonly main?: Main;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutGrid {
  readonly name: 'grid';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
    /** auto (default): as many as give the largest pictures; nine-grid: 1, 2, 4, 9, 16 or 25 by the number of people; or always so many. */
    readonly cells?: 'auto' | 'nine-grid' | 1 | 2 | 4 | 9 | 16 | 25;
  };
}

export interface LayoutGridRequest {
  readonly name: 'grid';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Pixels between tiles, even; 0 when left out. */
  readonly gap?: number;
  /** auto (default): as many as give the largest pictures; nine-grid: 1, 2, 4, 9, 16 or 25 by the number of people; or always so many. */
  readonly cells?: 'auto' | 'nine-grid' | 1 | 2 | 4 | 9 | 16 | 25;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
    /** auto (default): as many as give the largest pictures; nine-grid: 1, 2, 4, 9, 16 or 25 by the number of people; or always so many. */
    readonly cells?: 'auto' | 'nine-grid' | 1 | 2 | 4 | 9 | 16 | 25;
  };
}

export interface LayoutScreenShare {
  readonly name: 'screen-share';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
    /** Side of the large tile; left when left out. */
    readonly align?: 'left' | 'right';
    /** While nobody shares: everybody in a grid (default), the column alone, or the active speaker in the large tile. */
    readonly withoutShare?: 'grid' | 'column' | 'speaker';
  };
}

export interface LayoutScreenShareRequest {
  readonly name: 'screen-share';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
  readonly main?: Main;
  /** Side of the large tile; left when left out. */
  readonly align?: 'left' | 'right';
  /** While nobody shares: everybody in a grid (default), the column alone, or the active speaker in the large tile. */
  readonly withoutShare?: 'grid' | 'column' | 'speaker';
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
    /** Side of the large tile; left when left out. */
    readonly align?: 'left' | 'right';
    /** While nobody shares: everybody in a grid (default), the column alone, or the active speaker in the large tile. */
    readonly withoutShare?: 'grid' | 'column' | 'speaker';
  };
}

export interface LayoutSideBySide {
  readonly name: 'side-by-side';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
  };
}

export interface LayoutSideBySideRequest {
  readonly name: 'side-by-side';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Pixels between tiles, even; 0 when left out. */
  readonly gap?: number;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Pixels between tiles, even; 0 when left out. */
    readonly gap?: number;
  };
}

export interface LayoutSingle {
  readonly name: 'single';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutSingleRequest {
  readonly name: 'single';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
  readonly main?: Main;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutSpeaker {
  readonly name: 'speaker';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutSpeakerRequest {
  readonly name: 'speaker';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
  readonly main?: Main;
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
  };
}

export interface LayoutVertical {
  readonly name: 'vertical';
  readonly options: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
    /** Side of the large tile; left when left out. */
    readonly align?: 'left' | 'right';
  };
}

export interface LayoutVerticalRequest {
  readonly name: 'vertical';
  /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
  readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
  /** A tile for people without video too; false when left out. */
  readonly showAudioOnly?: boolean;
  /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
  readonly background?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Behind the picture of every tile. */
  readonly tileBackground?: {
    /** Black when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
  };
  /** Corner radius in pixels; 0 when left out. */
  readonly radius?: number;
  /** Shows in each tile the name of who is in it (the identity of those without a name). */
  readonly labels?: Labels;
  /** What stands in for somebody without a picture. */
  readonly placeholder?: {
    /** Dark grey when left out. #RRGGBB. */
    readonly color?: string;
    /** A picture; `fit` is cover when left out. */
    readonly image?: Image;
    /** initials when left out; none when there is an image. */
    readonly text?: 'initials' | 'name' | 'none';
  };
  readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
  /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
  readonly maxTiles?: number;
  /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
  readonly main?: Main;
  /** Side of the large tile; left when left out. */
  readonly align?: 'left' | 'right';
  readonly options?: {
    /** contain: the whole picture, with bars; cover: the whole box, cropped; fill: stretched; smart: cropped when that loses at most a fifth, else with bars. */
    readonly fit?: 'contain' | 'cover' | 'fill' | 'smart';
    /** A tile for people without video too; false when left out. */
    readonly showAudioOnly?: boolean;
    /** Behind everything; also in the bars of the tiles, unless they have a background of their own. */
    readonly background?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Behind the picture of every tile. */
    readonly tileBackground?: {
      /** Black when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
    };
    /** Corner radius in pixels; 0 when left out. */
    readonly radius?: number;
    /** Shows in each tile the name of who is in it (the identity of those without a name). */
    readonly labels?: Labels;
    /** What stands in for somebody without a picture. */
    readonly placeholder?: {
      /** Dark grey when left out. #RRGGBB. */
      readonly color?: string;
      /** A picture; `fit` is cover when left out. */
      readonly image?: Image;
      /** initials when left out; none when there is an image. */
      readonly text?: 'initials' | 'name' | 'none';
    };
    readonly watermarks?: readonly (ImageWatermark | TextWatermark | TimestampWatermark)[];
    /** Most tiles; 25 (speaker: 6) when left out. Earlier joiners come first. */
    readonly maxTiles?: number;
    /** Who has the large tile; it stays empty while they have no picture. Left out: the shared screen, else the active speaker (speaker, single) or the first person. */
    readonly main?: Main;
    /** Side of the large tile; left when left out. */
    readonly align?: 'left' | 'right';
  };
}

export interface Main {
  /** `*` matches any run of characters; the earliest to join wins. */
  readonly identity: string;
  readonly source?: 'camera' | 'screen';
}

export interface Match {
  /** Room name patterns; `*` matches any run of characters. */
  readonly rooms: readonly string[];
  /** Patterns of rooms that are left out although `rooms` matches them. */
  readonly exceptRooms: readonly string[];
}

export interface MatchRequest {
  /** Room name patterns; `*` matches any run of characters. */
  readonly rooms?: readonly string[];
  /** Patterns of rooms that are left out although `rooms` matches them. */
  readonly exceptRooms?: readonly string[];
}

export interface OpenRoom {
  readonly name: string;
  /** Without recorder participants. */
  readonly participants: number;
  readonly createdAt: string | null;
}

export interface PatchApplication {
  readonly name?: string;
  readonly tencent?: {
    /** SDKAppIds that belong to this application; none: the first application takes any. */
    readonly sdkAppIds?: readonly number[];
    readonly callbackUrl?: string | null;
    readonly callbackKey?: string | null;
    readonly userSigKey?: string | null;
    readonly bizId?: number | null;
  };
  readonly volcengine?: {
    /** AppIds that belong to this application; none: the first application takes any. */
    readonly appIds?: readonly string[];
    readonly callbackUrl?: string | null;
    readonly callbackKey?: string | null;
    readonly callbackEvents?: readonly string[] | null;
  };
  readonly autoRecord?: AutoRecord | null;
}

export interface PatchRecording {
  /** Options may stand beside the name as well as in `options`. */
  readonly layout?:
    | LayoutGridRequest
    | LayoutSpeakerRequest
    | LayoutScreenShareRequest
    | LayoutFloatingRequest
    | LayoutVerticalRequest
    | LayoutSideBySideRequest
    | LayoutAdaptiveRequest
    | LayoutSingleRequest
    | LayoutCustomRequest;
  readonly subscribe?: {
    /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
    readonly audio?: {
      readonly allow?: readonly string[];
      readonly deny?: readonly string[];
      /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
      readonly sources?: readonly ('microphone' | 'screen_share_audio')[];
      /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
      readonly except?: readonly Except[];
    };
    /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
    readonly video?: {
      readonly allow?: readonly string[];
      readonly deny?: readonly string[];
      /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
      readonly sources?: readonly ('camera' | 'screen_share')[];
      /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
      readonly except?: readonly ExceptRequest[];
    };
  };
  /** Kept with the recording and given back; at most 16384 bytes as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface PatchStorage {
  /** Provider; `s3`: any other. */
  readonly preset?: 'aws' | 'minio' | 'r2' | 'cos' | 'oss' | 'obs' | 'tos' | 'kodo' | 'gcs' | 's3';
  /** Without the bucket; null: as the preset makes it from `region`. */
  readonly endpoint?: string | null;
  readonly region?: string | null;
  /** Preset r2. */
  readonly accountId?: string | null;
  /** Letters, digits, ".", "_", "-" */
  readonly bucket?: string;
  /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
  readonly prefix?: string;
  /** Visible ASCII characters */
  readonly accessKeyId?: string;
  /** Visible ASCII characters */
  readonly secretAccessKey?: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | null;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; null: as the preset needs it. */
  readonly pathStyle?: boolean | null;
  readonly encryption?: EncryptionRequest | Encryption2 | Encryption3 | null;
  readonly storageClass?: string | null;
  /** Files are deleted so many days after their recording ended; null: kept. */
  readonly retentionDays?: number | null;
  /** Takes the files that this storage does not take. */
  readonly fallback?: string | null;
}

export interface PatchTemplate {
  /** Unique within the application. */
  readonly name?: string;
  readonly match?: MatchRequest | null;
  /** As the body of `POST /v1/recordings`, without `room` and `template`. What is left out gets its default when a recording starts. */
  readonly recording?: {
    readonly outputs?: readonly (CompositeOutputRequest | IndividualOutputRequest)[];
    readonly subscribe?: {
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly audio?: {
        readonly allow?: readonly string[];
        readonly deny?: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources?: readonly ('microphone' | 'screen_share_audio')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly Except[];
      };
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly video?: {
        readonly allow?: readonly string[];
        readonly deny?: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources?: readonly ('camera' | 'screen_share')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly ExceptRequest[];
      };
    };
    /** Where files go: the name of a storage of `/v1/storages`; `default`: the disk of this server */
    readonly storage?: string;
    /** Files and log are deleted so many days after the end; null: as the storage says. */
    readonly retentionDays?: number | null;
    /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
    readonly prefix?: string;
    /** Ends by itself after so many seconds without media. */
    readonly idleTimeoutS?: number;
    /** Once everybody has left the room, it ends by itself after so many seconds; whoever comes back earlier goes on in the same files. null: `idleTimeoutS` decides. */
    readonly resumeWaitS?: number | null;
    /** What a pause is in the files: `cut` leaves it out, `hold` keeps the last picture and silence for as long as it lasts. */
    readonly pauseMode?: 'cut' | 'hold';
    /** Ends by itself so many seconds after its first media, pauses included. */
    readonly maxDurationS?: number;
    /** A new file begins at the first keyframe after so many seconds. HLS is not cut. */
    readonly sliceS?: number;
    /** A new file begins before a file would outgrow this (a file holds at least one part of a few seconds). HLS is not cut. */
    readonly maxFileBytes?: number;
    /** What stands in for a muted or missing picture. */
    readonly fill?: 'last-frame' | 'black' | 'placeholder';
    /** Individual files: shorter gaps are filled; after a longer one a new file begins when media comes back. */
    readonly maxGapS?: number;
    /** Sign what was recorded: log and files can be verified later by anybody with the public key of this server. */
    readonly evidence?: boolean;
    /** Made beside the files: thumbnails (WebVTT and JPEG sheets), waveform and timeline (JSON). */
    readonly extras?: readonly ('thumbnails' | 'waveform' | 'timeline')[];
    /** Kept with the recording and given back; at most 16384 bytes as JSON. */
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  readonly autoStart?: {
    /** `first-media`: as soon as somebody publishes a track that the subscribe rules want and that is not muted. */
    readonly on?: 'first-media';
    /** They count as recordings of Tencent's API: its callbacks tell of them, and their files are named as its documents say. */
    readonly tencent?: TencentRequest;
    /** They count as tasks of Volcengine's API: its callbacks tell of them, and `GetRecordTask` finds them by the TaskId told there. */
    readonly volcengine?: VolcengineRequest;
  } | null;
  /** false: starts nothing by itself; it can still be used by its name. */
  readonly enabled?: boolean;
}

export interface PatchWebhook {
  /** http:// or https://; addresses of private networks are refused unless the configuration allows them. */
  readonly url?: string;
  /** Types of events: one, a group like `recording.*`, or `*` for all. */
  readonly events?: readonly (
    | '*'
    | 'recording.*'
    | 'participant.*'
    | 'file.*'
    | 'render.*'
    | 'recording.state_changed'
    | 'recording.changed'
    | 'recording.stop_requested'
    | 'recording.pause_requested'
    | 'recording.resume_requested'
    | 'recording.taken_over'
    | 'recording.picture_failed'
    | 'recording.extra_failed'
    | 'recording.expired'
    | 'recording.deleted'
    | 'participant.joined'
    | 'participant.left'
    | 'file.growing'
    | 'file.ready'
    | 'file.deleted'
    | 'render.started'
    | 'render.completed'
    | 'render.failed'
  )[];
  readonly enabled?: boolean;
  readonly description?: string;
}

export interface People {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface Problem {
  /** Address of the code in the documentation. */
  readonly type: string;
  /** The HTTP status in words. */
  readonly title: string;
  readonly status: number;
  /** Stable; listed in docs/errors.md. */
  readonly code: string;
  /** What is wrong, for people. */
  readonly detail: string;
  /** Who must act. */
  readonly fault: 'caller' | 'destination' | 'service';
  /** What in the request is at fault. */
  readonly field?: string;
  /** As in the header x-request-id and in the log of the server. */
  readonly requestId?: string;
}

export interface Query {
  /** Seconds that the addresses of files are good; an hour when left out, or as the configuration says. */
  readonly expiresInS?: number;
}

export interface Range {
  /** Recording time of the first instant, ms. */
  readonly fromMs: number;
  /** Recording time of the end, ms; null: the end of the recording. */
  readonly toMs: number | null;
}

export interface RecordedParticipant {
  readonly identity: string;
  readonly name: string;
  /** Recording time. */
  readonly joinedMs: number;
  readonly leftMs: number | null;
}

export interface Recording {
  /** `rec_…` */
  readonly id: string;
  readonly room: string;
  /** Where the recording is in its life. The last three are terminal. */
  readonly state: 'starting' | 'recording' | 'paused' | 'stopping' | 'rendering' | 'delivering' | 'completed' | 'failed' | 'aborted';
  /** Request accepted. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
  readonly template: string | null;
  /** It was started by a template, not by a request. */
  readonly isAutomatic: boolean;
  readonly outputs: readonly (CompositeOutput | IndividualOutput)[];
  readonly participants: readonly RecordedParticipant[];
  readonly files: readonly RecordingFile[];
  readonly delivery: FileDelivery | null;
  readonly error: RecordingError | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface RecordingError {
  readonly code: string;
  readonly fault: 'caller' | 'destination' | 'service';
  readonly detail: string;
}

export interface RecordingEvent {
  /** `evt_…`, as in webhooks and the event stream. */
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly data: unknown;
}

export interface RecordingFile {
  /** `file_…` */
  readonly id: string;
  readonly type: 'composite' | 'individual' | 'track' | 'thumbnails' | 'waveform' | 'timeline';
  readonly participant: string | null;
  readonly source: string | null;
  /** mp4, hls, webm, flv, m4a, aac, mp3, wav, ogg; extras: vtt, json */
  readonly format: string;
  /** growing: HLS that can be watched while it is recorded. */
  readonly state: 'growing' | 'complete';
  /** Name of the storage that holds it; `default`: the disk of this server. */
  readonly storage: string;
  /** Where it is in its storage; unique within the recording. */
  readonly key: string;
  readonly url: string | null;
  /** Recording time of its first instant, in milliseconds. */
  readonly startMs: number;
  /** Milliseconds. */
  readonly durationMs: number;
  /** Bytes; HLS: the parts together. */
  readonly sizeBytes: number;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

export interface RecordingPage {
  readonly items: readonly Recording[];
  readonly nextCursor: string | null;
}

export interface Render {
  /** `ren_…` */
  readonly id: string;
  readonly recordingId: string;
  readonly state: 'queued' | 'rendering' | 'completed' | 'failed';
  /** Share of the work that is done. */
  readonly progress: number;
  readonly output: CompositeOutput | IndividualOutput;
  readonly range: Range | null;
  readonly people: People | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** A cancelled render fails with RENDER_CANCELLED. */
  readonly error: RecordingError | null;
  /** Listed in the recording too. */
  readonly files: readonly RecordingFile[];
}

export interface RenderPage {
  readonly items: readonly Render[];
}

export interface Replay {
  /** Events that happened at or after. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z */
  readonly from: string;
  /** Events that happened before; now when left out. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z */
  readonly to?: string;
  /** Only deliveries that were given up. */
  readonly state?: 'failed';
  /** `rec_…` */
  readonly recording?: string;
}

export interface Replayed {
  readonly queued: number;
}

export interface RoomToken {
  /** LiveKit access token; a secret. */
  readonly token: string;
  /** ws:// or wss:// URL of the SFU. */
  readonly url: string;
}

export interface RotateSecret {
  /** So many seconds both secrets sign. */
  readonly overlapS?: number;
}

export interface StorageResource {
  /** `stg_…` */
  readonly id: string;
  /** Lower-case letters, digits and "-" */
  readonly name: string;
  /** Provider; `s3`: any other. */
  readonly preset: 'aws' | 'minio' | 'r2' | 'cos' | 'oss' | 'obs' | 'tos' | 'kodo' | 'gcs' | 's3';
  /** Without the bucket; null: as the preset makes it from `region`. */
  readonly endpoint: string | null;
  readonly region: string | null;
  /** Preset r2. */
  readonly accountId: string | null;
  /** Letters, digits, ".", "_", "-" */
  readonly bucket: string;
  /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
  readonly prefix: string;
  /** Visible ASCII characters */
  readonly accessKeyId: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; null: as the preset needs it. */
  readonly pathStyle: boolean | null;
  readonly storageClass: string | null;
  /** Files are deleted so many days after their recording ended; null: kept. */
  readonly retentionDays: number | null;
  /** Takes the files that this storage does not take. */
  readonly fallback: string | null;
  readonly encryption: Encryption | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface StorageTest {
  readonly ok: boolean;
  /** What was tried, in order; the first that failed is the last. */
  readonly steps: readonly {
    readonly name: 'write' | 'read' | 'delete';
    readonly ok: boolean;
    readonly durationMs: number;
  }[];
  readonly error: RecordingError | null;
}

export interface TapedeckEvent {
  /** `evt_…`; the same in every attempt, replay and stream (`webhook-id`, SSE `id`). */
  readonly id: string;
  /** One of recording.state_changed, recording.changed, recording.stop_requested, recording.pause_requested, recording.resume_requested, recording.taken_over, recording.picture_failed, recording.extra_failed, recording.expired, recording.deleted, participant.joined, participant.left, file.growing, file.ready, file.deleted, render.started, render.completed, render.failed, or a notice of another kind. */
  readonly type: string;
  readonly createdAt: string;
  /** The recording as it was when this happened; addresses of files are signed when the event is sent. */
  readonly recording: Recording;
  /** What this event is about: `from` and `state`, `fileId`, `identity` … */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Template {
  /** `tpl_…` */
  readonly id: string;
  /** Unique within the application. */
  readonly name: string;
  readonly match: Match | null;
  /** As the body of `POST /v1/recordings`, without `room` and `template`. What is left out gets its default when a recording starts. */
  readonly recording: {
    readonly outputs?: readonly (CompositeOutput | IndividualOutput)[];
    readonly subscribe?: {
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly audio: {
        readonly allow: readonly string[];
        readonly deny: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources: readonly ('microphone' | 'screen_share_audio')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly Except[];
      };
      /** Identity patterns; `*` matches any run of characters. Deny wins over allow. */
      readonly video: {
        readonly allow: readonly string[];
        readonly deny: readonly string[];
        /** Which of their tracks; empty: none. A track of unknown source counts as the first of them. */
        readonly sources: readonly ('camera' | 'screen_share')[];
        /** Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in. */
        readonly except?: readonly ExceptRequest[];
      };
    };
    /** Where files go: the name of a storage of `/v1/storages`; `default`: the disk of this server */
    readonly storage?: string;
    /** Files and log are deleted so many days after the end; null: as the storage says. */
    readonly retentionDays?: number | null;
    /** Put before every file name: relative, `/` parts folders, no `.` or `..` part, no backslash, no control character. */
    readonly prefix?: string;
    /** Ends by itself after so many seconds without media. */
    readonly idleTimeoutS?: number;
    /** Once everybody has left the room, it ends by itself after so many seconds; whoever comes back earlier goes on in the same files. null: `idleTimeoutS` decides. */
    readonly resumeWaitS?: number | null;
    /** What a pause is in the files: `cut` leaves it out, `hold` keeps the last picture and silence for as long as it lasts. */
    readonly pauseMode?: 'cut' | 'hold';
    /** Ends by itself so many seconds after its first media, pauses included. */
    readonly maxDurationS?: number;
    /** A new file begins at the first keyframe after so many seconds. HLS is not cut. */
    readonly sliceS?: number;
    /** A new file begins before a file would outgrow this (a file holds at least one part of a few seconds). HLS is not cut. */
    readonly maxFileBytes?: number;
    /** What stands in for a muted or missing picture. */
    readonly fill?: 'last-frame' | 'black' | 'placeholder';
    /** Individual files: shorter gaps are filled; after a longer one a new file begins when media comes back. */
    readonly maxGapS?: number;
    /** Sign what was recorded: log and files can be verified later by anybody with the public key of this server. */
    readonly evidence?: boolean;
    /** Made beside the files: thumbnails (WebVTT and JPEG sheets), waveform and timeline (JSON). */
    readonly extras?: readonly ('thumbnails' | 'waveform' | 'timeline')[];
    /** Kept with the recording and given back; at most 16384 bytes as JSON. */
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  readonly autoStart: {
    /** `first-media`: as soon as somebody publishes a track that the subscribe rules want and that is not muted. */
    readonly on: 'first-media';
    /** They count as recordings of Tencent's API: its callbacks tell of them, and their files are named as its documents say. */
    readonly tencent?: Tencent;
    /** They count as tasks of Volcengine's API: its callbacks tell of them, and `GetRecordTask` finds them by the TaskId told there. */
    readonly volcengine?: Volcengine;
  } | null;
  /** false: starts nothing by itself; it can still be used by its name. */
  readonly enabled: boolean;
  /** Made. */
  readonly createdAt: string;
  /** Last changed. */
  readonly updatedAt: string;
}

export interface TemplatePage {
  readonly items: readonly Template[];
}

export interface Tencent {
  /** SDKAppId */
  readonly sdkAppId: number;
  /** `cloud`: callbacks 301 to 312; `legacy`: callback 100 for every file, with its stream id. */
  readonly scheme: 'cloud' | 'legacy';
  /** What the names of the files begin with, as UserDefineRecordId. */
  readonly userDefineRecordId?: string;
}

export interface TencentRequest {
  /** SDKAppId */
  readonly sdkAppId: number;
  /** `cloud`: callbacks 301 to 312; `legacy`: callback 100 for every file, with its stream id. */
  readonly scheme?: 'cloud' | 'legacy';
  /** What the names of the files begin with, as UserDefineRecordId. */
  readonly userDefineRecordId?: string;
}

export interface TencentSettings {
  /** SDKAppIds that belong to this application; none: the first application takes any. */
  readonly sdkAppIds: readonly number[];
  readonly callbackUrl: string | null;
  readonly callbackKey: string | null;
  readonly userSigKey: string | null;
  readonly bizId: number | null;
}

export interface TextWatermark {
  readonly type: 'text';
  /** Several lines by \n. */
  readonly text: string;
  /** One of nine places instead of x and y. */
  readonly position?:
    'top-left' | 'top-center' | 'top-right' | 'center-left' | 'center' | 'center-right' | 'bottom-left' | 'bottom-center' | 'bottom-right';
  /** Left edge: fraction of the canvas when no number of the box is over 1, else pixels. */
  readonly x?: number;
  /** Top edge, likewise. */
  readonly y?: number;
  /** More than 0. Likewise; longer text is cut, and a box with a background is so wide. */
  readonly width?: number;
  /** More than 0. Likewise. */
  readonly height?: number;
  /** 1 when left out. */
  readonly opacity?: number;
  /** Pixels; by the size of the picture when left out. */
  readonly fontSize?: number;
  /** White when left out. #RRGGBB. */
  readonly color?: string;
  /** Box behind the text; none when left out. #RRGGBB or #RRGGBBAA; null: none. */
  readonly background?: string | null;
}

export interface TimestampWatermark {
  readonly type: 'timestamp';
  /** One of nine places instead of x and y. */
  readonly position?:
    'top-left' | 'top-center' | 'top-right' | 'center-left' | 'center' | 'center-right' | 'bottom-left' | 'bottom-center' | 'bottom-right';
  /** Left edge: fraction of the canvas when no number of the box is over 1, else pixels. */
  readonly x?: number;
  /** Top edge, likewise. */
  readonly y?: number;
  /** More than 0. Likewise; longer text is cut, and a box with a background is so wide. */
  readonly width?: number;
  /** More than 0. Likewise. */
  readonly height?: number;
  /** 1 when left out. */
  readonly opacity?: number;
  /** Pixels; by the size of the picture when left out. */
  readonly fontSize?: number;
  /** White when left out. #RRGGBB. */
  readonly color?: string;
  /** Box behind the text; none when left out. #RRGGBB or #RRGGBBAA; null: none. */
  readonly background?: string | null;
  /** IANA name (Asia/Shanghai) or offset (+08:00); UTC when left out. */
  readonly timeZone?: string;
}

export interface Usage {
  /** `app_…` */
  readonly application: string;
  readonly from: string;
  readonly to: string;
  readonly groupBy: 'day' | 'month';
  readonly items: readonly {
    /** `2026-01-31` or `2026-01`, in UTC. */
    readonly period: string;
    readonly mode: 'composite' | 'individual' | 'audio';
    /** By area: sd ≤ 640×480, hd ≤ 1280×720, fhd ≤ 1920×1080, 2k ≤ 2560×1440, 4k above. */
    readonly tier: 'audio' | 'sd' | 'hd' | 'fhd' | '2k' | '4k';
    readonly recordings: number;
    /** Recorded media, to the millisecond. */
    readonly seconds: number;
    /** `seconds` / 60, to two decimals. */
    readonly minutes: number;
  }[];
  readonly total: {
    readonly recordings: number;
    /** Recorded media, to the millisecond. */
    readonly seconds: number;
    /** `seconds` / 60, to two decimals. */
    readonly minutes: number;
  };
}

export interface Video {
  /** Pixels, even. */
  readonly width: number;
  /** Pixels, even. */
  readonly height: number;
  /** Pictures per second. */
  readonly fps: number;
  /** Average target, 1000 bits per second. */
  readonly bitrateKbps: number;
  /** Seconds between keyframes. */
  readonly gopS: number;
}

export interface Video2 {
  /** Pixels, even. */
  readonly width?: number;
  /** Pixels, even. */
  readonly height?: number;
  /** Pictures per second. */
  readonly fps?: number;
  /** Average target, 1000 bits per second. */
  readonly bitrateKbps?: number;
  /** Seconds between keyframes. */
  readonly gopS?: number;
}

export interface Video3 {
  /** Pixels, even; with `height`. Left out: the largest width sent. */
  readonly width?: number;
  /** Pixels, even; with `width`. Left out: the largest height sent. */
  readonly height?: number;
  /** Pictures per second. */
  readonly fps?: number;
  /** Average target, 1000 bits per second. */
  readonly bitrateKbps?: number;
  /** Seconds between keyframes. */
  readonly gopS?: number;
}

export interface VideoRequest {
  /** Pixels, even; with `height`. Left out: the largest width sent. */
  readonly width?: number;
  /** Pixels, even; with `width`. Left out: the largest height sent. */
  readonly height?: number;
  /** Pictures per second. */
  readonly fps: number;
  /** Average target, 1000 bits per second. */
  readonly bitrateKbps: number;
  /** Seconds between keyframes. */
  readonly gopS: number;
}

export interface Volcengine {
  /** AppId */
  readonly appId: string;
  readonly businessId: string | null;
}

export interface VolcengineRequest {
  /** AppId */
  readonly appId: string;
  readonly businessId?: string | null;
}

export interface VolcengineSettings {
  /** AppIds that belong to this application; none: the first application takes any. */
  readonly appIds: readonly string[];
  readonly callbackUrl: string | null;
  readonly callbackKey: string | null;
  readonly callbackEvents: readonly string[] | null;
}

export interface Webhook {
  /** `wh_…` */
  readonly id: string;
  readonly url: string;
  /** Types of events: one, a group like `recording.*`, or `*` for all. */
  readonly events: readonly (
    | '*'
    | 'recording.*'
    | 'participant.*'
    | 'file.*'
    | 'render.*'
    | 'recording.state_changed'
    | 'recording.changed'
    | 'recording.stop_requested'
    | 'recording.pause_requested'
    | 'recording.resume_requested'
    | 'recording.taken_over'
    | 'recording.picture_failed'
    | 'recording.extra_failed'
    | 'recording.expired'
    | 'recording.deleted'
    | 'participant.joined'
    | 'participant.left'
    | 'file.growing'
    | 'file.ready'
    | 'file.deleted'
    | 'render.started'
    | 'render.completed'
    | 'render.failed'
  )[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly description: string;
  /** Made. */
  readonly createdAt: string;
  readonly previousSecretUntil: string | null;
  /** `whsec_…`; only in the answer that made it. */
  readonly secret?: string;
}

export interface Webm {
  /** Of the picture. */
  readonly codec: 'vp9' | 'vp8';
}

export interface WebmRequest {
  /** Of the picture. */
  readonly codec?: 'vp9' | 'vp8';
}

/** Every operation of the native API: what it takes and what it answers. */
export interface Operations {
  /** Start a recording */
  'POST /v1/recordings': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateRecording;
    readonly answer: Recording;
  };
  /** List recordings, newest first */
  'GET /v1/recordings': {
    readonly path: unknown;
    readonly query: {
      readonly room?: string;
      /** Where the recording is in its life. The last three are terminal. */
      readonly state?: 'starting' | 'recording' | 'paused' | 'stopping' | 'rendering' | 'delivering' | 'completed' | 'failed' | 'aborted';
      /** Recordings whose prefix begins so. */
      readonly prefix?: string;
      /** Created at or after. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z */
      readonly from?: string;
      /** Created before. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z */
      readonly to?: string;
      /** Recordings of this identity. */
      readonly participant?: string;
      /** name:value, e.g. meetingId:42: recordings whose metadata has this value (as text) under this name of its top level */
      readonly metadata?: string;
      /** Seconds that the addresses of files are good; an hour when left out, or as the configuration says. */
      readonly expiresInS?: number;
      /** Items of a page; 50 when left out. */
      readonly limit?: number;
      /** `nextCursor` of the page before. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: RecordingPage;
  };
  /** Read a recording */
  'GET /v1/recordings/{id}': {
    readonly path: { readonly id: string };
    readonly query: Query;
    readonly body: undefined;
    readonly answer: Recording;
  };
  /** Change layout, subscriptions or metadata */
  'PATCH /v1/recordings/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: PatchRecording;
    readonly answer: Recording;
  };
  /** Delete an ended recording with its files */
  'DELETE /v1/recordings/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Ask a recording to stop; a repeat does no harm */
  'POST /v1/recordings/{id}/stop': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Recording;
  };
  /** Ask a recording to pause; a repeat does no harm */
  'POST /v1/recordings/{id}/pause': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Recording;
  };
  /** Ask a recording to resume; a repeat does no harm */
  'POST /v1/recordings/{id}/resume': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Recording;
  };
  /** History of a recording, oldest first */
  'GET /v1/recordings/{id}/events': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly RecordingEvent[];
    };
  };
  /** Files of a recording with fresh addresses */
  'GET /v1/recordings/{id}/files': {
    readonly path: { readonly id: string };
    readonly query: Query;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly RecordingFile[];
    };
  };
  /** The complete files of a recording as one ZIP, made while it is read */
  'GET /v1/recordings/{id}/archive': {
    readonly path: { readonly id: string };
    readonly query: {
      /** Ids of files with commas between; all complete ones when left out. */
      readonly files?: string;
    };
    readonly body: undefined;
    readonly answer: Uint8Array;
  };
  /** Delete one file of an ended recording */
  'DELETE /v1/recordings/{id}/files/{file}': {
    readonly path: { readonly id: string; readonly file: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Make another output from the log of an ended recording */
  'POST /v1/recordings/{id}/renders': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: CreateRender;
    readonly answer: Render;
  };
  /** Renders of a recording, newest first */
  'GET /v1/recordings/{id}/renders': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: RenderPage;
  };
  /** Read a render */
  'GET /v1/recordings/{id}/renders/{renderId}': {
    readonly path: { readonly id: string; readonly renderId: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Render;
  };
  /** Cancel a render that has not ended; a repeat does no harm */
  'DELETE /v1/recordings/{id}/renders/{renderId}': {
    readonly path: { readonly id: string; readonly renderId: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Render;
  };
  /** The public key that signs evidence */
  'GET /v1/evidence-key': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: EvidenceKey;
  };
  /** The signed manifest of a recording made as evidence, byte for byte */
  'GET /v1/recordings/{id}/evidence': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Manifest, log and files as one ZIP for `tapedeck verify` */
  'GET /v1/recordings/{id}/evidence/bundle': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Uint8Array;
  };
  /** A LiveKit access token for one participant */
  'POST /v1/tokens': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateToken;
    readonly answer: RoomToken;
  };
  /** Rooms that are open now */
  'GET /v1/rooms': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly OpenRoom[];
    };
  };
  /** Make a template */
  'POST /v1/templates': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateTemplate;
    readonly answer: Template;
  };
  /** List templates, by name */
  'GET /v1/templates': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: TemplatePage;
  };
  /** Read a template */
  'GET /v1/templates/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Template;
  };
  /** Change a template; recordings that run stay as they are */
  'PATCH /v1/templates/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: PatchTemplate;
    readonly answer: Template;
  };
  /** Delete a template; recordings that run go on */
  'DELETE /v1/templates/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Send events to an address; the answer shows the secret once */
  'POST /v1/webhooks': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateWebhook;
    readonly answer: Webhook;
  };
  /** List webhooks, oldest first */
  'GET /v1/webhooks': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Webhook[];
    };
  };
  /** Read a webhook */
  'GET /v1/webhooks/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Webhook;
  };
  /** Change address, events or description; disable or enable */
  'PATCH /v1/webhooks/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: PatchWebhook;
    readonly answer: Webhook;
  };
  /** Delete a webhook with its delivery log */
  'DELETE /v1/webhooks/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** A new secret, shown once; the old one signs too for a while */
  'POST /v1/webhooks/{id}/rotate-secret': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: RotateSecret;
    readonly answer: Webhook;
  };
  /** Delivery log of a webhook, newest event first */
  'GET /v1/webhooks/{id}/deliveries': {
    readonly path: { readonly id: string };
    readonly query: {
      readonly state?: 'pending' | 'delivered' | 'failed';
      /** `rec_…` */
      readonly recording?: string;
      /** Items of a page; 50 when left out. */
      readonly limit?: number;
      /** `nextCursor` of the page before. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: DeliveryPage;
  };
  /** Send one event again */
  'POST /v1/webhooks/{id}/deliveries/{delivery}/replay': {
    readonly path: { readonly id: string; readonly delivery: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Delivery;
  };
  /** Send the events of a time again, in their order */
  'POST /v1/webhooks/{id}/replay': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: Replay;
    readonly answer: Replayed;
  };
  /** Add an S3-compatible storage */
  'POST /v1/storages': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateStorage;
    readonly answer: StorageResource;
  };
  /** List storages */
  'GET /v1/storages': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly StorageResource[];
    };
  };
  /** Read a storage */
  'GET /v1/storages/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: StorageResource;
  };
  /** Change a storage; files that wait for it are tried again at once */
  'PATCH /v1/storages/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: PatchStorage;
    readonly answer: StorageResource;
  };
  /** Delete a storage that nothing needs any more */
  'DELETE /v1/storages/{id}': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Write, read back and delete a small object now */
  'POST /v1/storages/{id}/test': {
    readonly path: { readonly id: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: StorageTest;
  };
  /** Events as they happen (server-sent events) */
  'GET /v1/events': {
    readonly path: unknown;
    readonly query: {
      /** Of one recording: `rec_…` */
      readonly recording?: string;
      /** Of one room. */
      readonly room?: string;
      /** With commas between: *, recording.*, participant.*, file.*, render.*, recording.state_changed, recording.changed, recording.stop_requested, recording.pause_requested, recording.resume_requested, recording.taken_over, recording.picture_failed, recording.extra_failed, recording.expired, recording.deleted, participant.joined, participant.left, file.growing, file.ready, file.deleted, render.started, render.completed, render.failed */
      readonly types?: string;
      /** As the header Last-Event-ID, which wins: go on behind this event. */
      readonly after?: string;
    };
    readonly body: undefined;
    readonly answer: TapedeckEvent;
  };
  /** Read the application */
  'GET /v1/application': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: Application;
  };
  /** Change the application; what is left out stays */
  'PATCH /v1/application': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: PatchApplication;
    readonly answer: Application;
  };
  /** A further key pair; the answer shows its secret once */
  'POST /v1/keys': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: CreateKey;
    readonly answer: KeyPair;
  };
  /** List key pairs, the primary one first */
  'GET /v1/keys': {
    readonly path: unknown;
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly KeyPair[];
    };
  };
  /** Read a key pair */
  'GET /v1/keys/{key}': {
    readonly path: { readonly key: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: KeyPair;
  };
  /** Revoke a key pair: it opens nothing from now on */
  'DELETE /v1/keys/{key}': {
    readonly path: { readonly key: string };
    readonly query: unknown;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Recorded minutes by day, mode and resolution tier */
  'GET /v1/usage': {
    readonly path: unknown;
    readonly query: {
      /** From this instant; 30 days before `to` when left out. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z, or a date */
      readonly from?: string;
      /** Until before this instant; now when left out. RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z, or a date */
      readonly to?: string;
      /** Days and months of UTC; `day` when left out. */
      readonly groupBy?: 'day' | 'month';
    };
    readonly body: undefined;
    readonly answer: Usage;
  };
}
