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
}

export interface RecorderConfig {
  /** Keeps a second, idle recorder process ready that takes over at once when the first one dies. */
  readonly standby: boolean;
  readonly maxRecordings: number;
  /** A keyframe is asked for at least this often. */
  readonly keyframeS: number;
}

export interface RendererConfig {
  /** Offline renders at the same time. */
  readonly concurrency: number;
}
