/** Where a recording's pictures and sound go. */
export interface MediaSink {
  /** False while the encoder has not taken the pictures before: the next one had better be dropped. */
  readonly canTakePicture: boolean;
  /** Takes a picture, its times in it, and closes it. */
  addPicture(frame: VideoFrame): void;
  /**
   * Takes sound without gaps, in order.
   *
   * @param planes Channels one after the other, full scale ±1.
   * @param firstFrame Number of the first sample, from the beginning of the recording.
   */
  addSound(planes: Float32Array<ArrayBuffer>, channels: number, rateHz: number, firstFrame: number): void;
  /** Resolves when the sound taken so far is encoded: for whoever hands it over faster than it was made. */
  drained?(): Promise<void>;
  /** Writes the rest. Resolves with whether the file is whole; it is not when nothing was recorded. */
  finish(): Promise<boolean>;
}
