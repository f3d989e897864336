/** The roles a supervisor can run, one process each (`media` is the LiveKit server child itself). */
export const roles = ['api', 'media', 'recorder', 'renderer'] as const;
export type Role = (typeof roles)[number];

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything an operator may set, with every default filled in. Frozen; paths are absolute. */
export interface Config {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** What signed URLs and tokens name as our address; null: what the request was sent to. */
  readonly publicUrl: string | null;
  readonly key: string | null;
  readonly secret: string | null;
  /** null: embedded PostgreSQL under the data directory. */
  readonly databaseUrl: string | null;
  readonly livekit: LiveKitConfig;
  readonly roles: readonly Role[];
  readonly logLevel: LogLevel;
  /** New recordings are refused below this; running ones end at a quarter of it. */
  readonly minFreeBytes: number;
  /** How long a clean stop waits for recordings to be rendered and delivered. */
  readonly stopGraceS: number;
  readonly recorder: RecorderConfig;
  readonly renderer: RendererConfig;
  readonly autoRecord: AutoRecordConfig;
  /** Every recording is made as evidence, whatever its request says. */
  readonly evidence: boolean;
  readonly outgoing: OutgoingConfig;
  readonly dialects: DialectsConfig;
  readonly delivery: DeliveryConfig;
  /** The logs of completed recordings are deleted after so many seconds; 0: kept. */
  readonly logRetentionS: number;
  /** How long signed addresses of files are good. */
  readonly linkLifeS: number;
  readonly pictures: PicturesConfig;
}

export interface PicturesConfig {
  /** Folder whose files layouts may name as `file:NAME`; null: none. */
  readonly dir: string | null;
}

export interface LiveKitConfig {
  /** null: our own child process. */
  readonly url: string | null;
  readonly key: string | null;
  readonly secret: string | null;
  readonly bin: string | null;
  /** Address that media candidates carry (child only); null: the listening address, or found by the server when that is a wildcard. */
  readonly nodeIp: string | null;
  /** Media ports (child only); 0: free ones, remembered in the data directory. */
  readonly udpPort: number;
  readonly tcpPort: number;
  /** Our own LiveKit server tells the API what happens in its rooms (child only; a LiveKit of one's own is told in its own configuration). */
  readonly webhooks: boolean;
}

export interface RecorderConfig {
  /** Keeps a second, idle recorder process ready that takes over at once when the first one dies. */
  readonly standby: boolean;
  readonly maxRecordings: number;
  /** A keyframe is asked for at least this often. */
  readonly keyframeS: number;
}

export interface RendererConfig {
  /** Shares of offline renders at the same time, a process each. Default: the number of cores. */
  readonly concurrency: number;
}

export interface AutoRecordConfig {
  /** How often all rooms are looked at for what templates record by themselves, seconds; 0: never, webhooks alone start recordings. */
  readonly pollS: number;
}

export interface OutgoingConfig {
  /** Names, addresses and networks that storages, webhooks and images may lie in although they are private; `*`: all. */
  readonly allowPrivate: readonly string[];
}

export interface DialectsConfig {
  /** Where requests in a vendor's form may name buckets, with keys of their own, that nobody has configured. Default: nowhere. */
  readonly storageEndpoints: readonly string[];
  /** Most live recordings of one application through Tencent's API. The vendor's default is 100; it raises it on request. */
  readonly maxTencentTasks: number;
}

export interface DeliveryConfig {
  /** Longest wait between two attempts to deliver a recording's files. */
  readonly retryMaxS: number;
  /** A recording fails when its storage took nothing for so long; its files stay on the disk of this server. */
  readonly giveUpAfterS: number;
}
