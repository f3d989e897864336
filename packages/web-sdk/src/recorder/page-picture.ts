import { fitPicture, layoutTiles } from '@tapedeck/layout';
import type { LayoutPlan, VideoPlan } from '../worker/plan.ts';

interface Shown {
  readonly id: string;
  readonly isScreen: boolean;
  readonly order: number;
  readonly element: HTMLVideoElement;
}

/** A composite picture that is drawn in the page, for browsers that cannot do it in a worker. Its timer runs in a worker, so that hidden tabs do not slow it down. */
export class PagePicture {
  readonly stream: MediaStream;
  readonly #plan: VideoPlan;
  readonly #pen: CanvasRenderingContext2D;
  readonly #timer: Worker;
  readonly #shown = new Map<string, Shown>();
  #layout: LayoutPlan;
  #order = 0;

  constructor(plan: VideoPlan, layout: LayoutPlan) {
    this.#plan = plan;
    this.#layout = layout;
    const canvas = document.createElement('canvas');
    canvas.width = plan.width;
    canvas.height = plan.height;
    const pen = canvas.getContext('2d', { alpha: false });
    if (pen === null) throw new DOMException('There is no 2D canvas.', 'NotSupportedError');
    this.#pen = pen;
    this.#draw();
    this.stream = canvas.captureStream(plan.fps);
    const address = URL.createObjectURL(new Blob([`setInterval(() => postMessage(0), ${1000 / plan.fps})`], { type: 'text/javascript' }));
    this.#timer = new Worker(address);
    this.#timer.onmessage = () => this.#draw();
  }

  add(id: string, isScreen: boolean, track: MediaStreamTrack | null): void {
    const element = document.createElement('video');
    element.muted = true;
    element.playsInline = true;
    if (track !== null) element.srcObject = new MediaStream([track]);
    void element.play().catch(() => undefined);
    this.#shown.set(`${String(isScreen)} ${id}`, { id, isScreen, order: this.#order++, element });
  }

  remove(id: string): void {
    for (const [key, shown] of [...this.#shown]) {
      if (shown.id !== id) continue;
      shown.element.srcObject = null;
      this.#shown.delete(key);
    }
  }

  setLayout(layout: LayoutPlan): void {
    this.#layout = layout;
  }

  #draw(): void {
    const { width, height, background } = this.#plan;
    this.#pen.fillStyle = background;
    this.#pen.fillRect(0, 0, width, height);
    const people = [...this.#shown.values()].map(({ id, isScreen, order, element }) => {
      const hasVideo = element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && element.videoWidth >= 2;
      const aspect = hasVideo ? element.videoWidth / element.videoHeight : null;
      return { identity: id, isScreen, joinedOrder: order, hasVideo, aspect, isSpeaking: false };
    });
    for (const { identity, source, x, y, width: tileWidth, height: tileHeight, fit } of layoutTiles(
      this.#layout.name,
      this.#plan,
      people,
      this.#layout.options,
    )) {
      const element = this.#shown.get(`${String(source === 'screen')} ${identity}`)?.element;
      if (!element || element.videoWidth < 2) continue;
      const { source: from, target } = fitPicture(fit, element.videoWidth, element.videoHeight, tileWidth, tileHeight);
      this.#pen.drawImage(element, from.x, from.y, from.width, from.height, x + target.x, y + target.y, target.width, target.height);
    }
  }

  /** Idempotent. */
  close(): void {
    this.#timer.terminate();
    for (const { id } of [...this.#shown.values()]) this.remove(id);
    for (const track of this.stream.getTracks()) track.stop();
  }
}
