import { TapedeckError } from '@tapedeck/protocol';

/** This browser has neither WebCodecs nor a `MediaRecorder` for the wanted format, or no private file system. Nothing was started. */
export class RecorderUnsupportedError extends TapedeckError {
  override readonly code = 'RECORDER_UNSUPPORTED';
  override readonly fault = 'caller';
}

/** The browser keeps sound back until the user has touched the page. Call again from a click. Nothing was started. */
export class RecorderAudioBlockedError extends TapedeckError {
  override readonly code = 'RECORDER_AUDIO_BLOCKED';
  override readonly fault = 'caller';
  override readonly retryable = true;

  constructor() {
    super('The browser does not let sound run yet: start the recorder from a click or a key.');
  }
}

/** The recorder's present state does not allow this: it has been stopped, or there is nothing by that id. */
export class RecorderStateError extends TapedeckError {
  override readonly code = 'RECORDER_STATE';
  override readonly fault = 'caller';
}

/** The place to write to refuses: no room, no permission, or it is gone. What was written before is kept in the private file system. */
export class RecorderStorageError extends TapedeckError {
  override readonly code = 'RECORDER_STORAGE';
  override readonly fault = 'destination';
}

/** An encoder or the container failed in the middle. What was written before can be had with `recover(id)`. */
export class RecorderFailedError extends TapedeckError {
  override readonly code = 'RECORDER_FAILED';
  override readonly fault = 'service';
}
