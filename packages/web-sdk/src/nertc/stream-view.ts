import type { MediaType } from './media-type.ts';

/** How large a picture is shown, and whether it is cropped to fill that. */
export interface RenderMode {
  readonly width: number;
  readonly height: number;
  readonly cut: boolean;
}

/** The elements in which one stream is seen and heard. */
export class StreamView {
  readonly #elements = new Map<MediaType, HTMLMediaElement>();
  readonly #modes = new Map<MediaType, RenderMode>();

  isPlaying(mediaType: MediaType): boolean {
    return this.#elements.has(mediaType);
  }

  /**
   * Shows or sounds a track; a second time it changes the track of the same element.
   *
   * @throws {DOMException} NotAllowedError when the browser wants the user to touch the page first. The element stays, see {@link StreamView.resume}.
   */
  async play(mediaType: MediaType, track: MediaStreamTrack, view: HTMLElement | null, isMuted: boolean): Promise<void> {
    const isPicture = mediaType === 'video' || mediaType === 'screen';
    if (isPicture && view === null && !this.#elements.has(mediaType)) return;
    const element = this.#elements.get(mediaType) ?? document.createElement(isPicture ? 'video' : 'audio');
    element.srcObject = new MediaStream([track]);
    element.autoplay = true;
    element.muted = isPicture || isMuted;
    if (element instanceof HTMLVideoElement) element.playsInline = true;
    if (isPicture && view !== null && element.parentElement !== view) view.append(element);
    this.#elements.set(mediaType, element);
    this.#size(mediaType);
    await element.play();
  }

  async resume(): Promise<void> {
    await Promise.all([...this.#elements.values()].map((element) => element.play()));
  }

  stop(mediaType: MediaType): void {
    const element = this.#elements.get(mediaType);
    if (!element) return;
    element.pause();
    element.srcObject = null;
    element.remove();
    this.#elements.delete(mediaType);
  }

  setMode(mediaType: MediaType, mode: RenderMode): void {
    this.#modes.set(mediaType, mode);
    this.#size(mediaType);
  }

  #size(mediaType: MediaType): void {
    const [element, mode] = [this.#elements.get(mediaType), this.#modes.get(mediaType)];
    if (!(element instanceof HTMLVideoElement) || !mode) return;
    Object.assign(element.style, { width: `${mode.width}px`, height: `${mode.height}px`, objectFit: mode.cut ? 'cover' : 'contain' });
  }

  /** @param percent 0 to 100. */
  setVolume(mediaType: MediaType, percent: number): void {
    const element = this.#elements.get(mediaType);
    if (element) element.volume = Math.max(0, Math.min(1, percent / 100));
  }

  async setOutput(deviceId: string): Promise<void> {
    const audio = [...this.#elements.values()].filter((element) => element instanceof HTMLAudioElement);
    await Promise.all(audio.map((element) => element.setSinkId(deviceId)));
  }
}
