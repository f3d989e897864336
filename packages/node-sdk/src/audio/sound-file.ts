/** A file of mono 16-bit sound that is being written. */
export interface SoundFile {
  /** True when the format cannot hold more. */
  readonly isFull: boolean;
  /** Rejects when the samples could not be written; then only {@link rescue} may be called. */
  write(samples: Int16Array): Promise<void>;
  /** Makes the file complete on disk and closes it. */
  finish(): Promise<void>;
  /** After a failure: keeps what can be kept and closes it. Never rejects. */
  rescue(): Promise<void>;
}
