/**
 * Keeps a track's sound flowing. Chromium delivers a remote track's sound only while an element plays it (crbug.com/933677); this one is muted, so that it is not heard twice.
 */
export class SoundPump {
  readonly #element = new Audio();

  constructor(track: MediaStreamTrack) {
    this.#element.muted = true;
    this.#element.srcObject = new MediaStream([track]);
    void this.#element.play().catch(() => undefined);
  }

  close(): void {
    this.#element.pause();
    this.#element.srcObject = null;
  }
}
