import { TapedeckError } from '@tapedeck/protocol';

/** A configuration key or environment variable that cannot be used: the server does not start. `field` is the key. */
export class ConfigError extends TapedeckError {
  override readonly code = 'CONFIG_INVALID';
  override readonly fault = 'caller';
  override readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** Another supervisor that is alive works on the same data directory. */
export class DataDirLockedError extends TapedeckError {
  override readonly code = 'DATA_DIR_LOCKED';
  override readonly fault = 'caller';
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(
      `${dataDir} is in use by a running Tapedeck (process ${pid}): stop that one first or set TAPEDECK_DATA_DIR to another directory.`,
    );
    this.pid = pid;
  }
}

/** The address to listen on is taken or not ours. */
export class ListenError extends TapedeckError {
  override readonly code = 'LISTEN_FAILED';
  override readonly fault = 'caller';

  constructor(host: string, port: number, options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`Cannot listen on ${host}:${port} (${reason}): free it or set TAPEDECK_PORT.`, options);
  }
}

/** Less than `minFreeBytes` left on the data disk: no new recording is accepted. */
export class DiskFullError extends TapedeckError {
  override readonly code = 'DISK_FULL';
  override readonly fault = 'service';
  override readonly retryable = true;

  constructor(freeBytes: number, minFreeBytes: number) {
    super(
      `Only ${freeBytes} bytes are free on the data disk and ${minFreeBytes} (minFreeBytes) are kept in reserve: new recordings are refused.`,
    );
  }
}

/** The server is on its way down: no new recording is accepted. */
export class ServerStoppingError extends TapedeckError {
  override readonly code = 'SERVER_STOPPING';
  override readonly fault = 'service';
  override readonly retryable = true;

  constructor() {
    super('The server is stopping and takes no new recordings.');
  }
}

/** The LiveKit server behind `/rtc` and `/twirp` does not answer now. */
export class LiveKitUnreachableError extends TapedeckError {
  override readonly code = 'LIVEKIT_UNREACHABLE';
  override readonly fault = 'service';
  override readonly retryable = true;

  constructor() {
    super('The LiveKit server does not answer.');
  }
}

/** A render process failed more often than it may. The log is kept. */
export class RenderFailedError extends TapedeckError {
  override readonly code = 'RENDER_FAILED';
  override readonly fault = 'service';

  constructor(outputIndex: number, attempts: number, detail: string) {
    super(`Output ${outputIndex} could not be rendered in ${attempts} attempts: ${detail}`);
  }
}

/** Somebody in the room publishes end-to-end encrypted media: without the key nothing can be made of it. */
export class EncryptedRoomError extends TapedeckError {
  override readonly code = 'ROOM_ENCRYPTED';
  override readonly fault = 'caller';

  constructor(room: string, identity: string) {
    super(
      `Room ${JSON.stringify(room)} is encrypted end to end (${JSON.stringify(identity)} publishes so): it cannot be recorded without the key.`,
    );
  }
}

/** What is left to do of a recording needs what lies on the disk of another node. Tried again: that node may take it up. */
export class RecordingElsewhereError extends TapedeckError {
  override readonly code = 'RECORDING_ELSEWHERE';
  override readonly fault = 'service';
  override readonly retryable = true;

  constructor(recordingId: string) {
    super(`What was captured of ${recordingId} lies on the disk of another node: that node has to finish it.`);
  }
}

/** A command of the command line got an answer it cannot go on with; `retryable` when the server is away for the moment. */
export class CommandError extends TapedeckError {
  override readonly code = 'COMMAND_FAILED';
  override readonly fault = 'caller';
  override readonly retryable: boolean;

  constructor(message: string, options: ErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.retryable = options.retryable ?? false;
  }
}

/** A picture that a layout names cannot be had. The recording goes on without it; its history says so. */
export class PictureUnavailableError extends TapedeckError {
  override readonly code = 'PICTURE_UNAVAILABLE';
  override readonly fault = 'caller';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The picture cannot be had: ${reason}.`, options);
  }
}
