import { make } from './make.ts';
import type { Person } from './people.ts';
import { inEachLanguage, say, type Word } from './words.ts';

/** Shows who would be recorded: a picture for each, and a bar that moves with the sound. */
export class Preview {
  readonly #root: HTMLElement;
  readonly #context: Pick<AudioContext, 'close'>[] = [];

  constructor(root: HTMLElement, whenEmpty: Word) {
    this.#root = root;
    const empty = make('p', { className: 'hint' });
    root.append(empty);
    inEachLanguage(() => void (empty.textContent = say(whenEmpty)));
  }

  /** In place of whoever was shown. */
  show(people: readonly Person[]): void {
    for (const context of this.#context.splice(0)) void context.close();
    this.#root.replaceChildren(...people.map((person) => this.#tile(person)));
  }

  #tile({ id, video, audio }: Person): HTMLElement {
    const tile = make('figure', { className: video === null ? 'person sound-only' : 'person' });
    if (video !== null) tile.append(make('video', { srcObject: new MediaStream([video]), muted: true, autoplay: true, playsInline: true }));
    const level = make('meter', { min: 0, max: 1, title: id });
    tile.append(make('figcaption', {}, id, level));
    if (audio !== null) this.#watch(audio, level);
    return tile;
  }

  #watch(audio: MediaStreamTrack, level: HTMLMeterElement): void {
    const context = new AudioContext();
    const meter = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(new MediaStream([audio])).connect(meter);
    const samples = new Float32Array(1024);
    const look = (): void => {
      if (context.state === 'closed') return;
      meter.getFloatTimeDomainData(samples);
      level.value = Math.min(1, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) * 4);
      requestAnimationFrame(look);
    };
    look();
    this.#context.push(context);
  }
}
