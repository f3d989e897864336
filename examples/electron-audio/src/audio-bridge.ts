import type { AudioRecordingCode, AudioRecordingConfig, AudioRecordingResult } from '@tapedeck/node';

/** What the page finds as `window.tapedeckAudio`: NERTC's recording methods, with the room to join first. */
export interface AudioBridge {
  /** Joins a room; address and token come from `POST /v1/tokens` of the application's own server, never the key pair itself. */
  join(access: { readonly url: string; readonly token: string }): Promise<void>;
  /** Completes a recording and leaves. */
  leave(): Promise<void>;
  /** 0, or an error number. The file name is put into the user's music folder. */
  startAudioRecordingWithConfig(config: AudioRecordingConfig): Promise<AudioRecordingResult>;
  stopAudioRecording(): AudioRecordingResult;
  /** Returns the function that ends it. */
  onAudioRecording(listener: (code: AudioRecordingCode, filePath: string) => void): () => void;
}

declare global {
  interface Window {
    readonly tapedeckAudio: AudioBridge;
  }
}
