import { clock, make, size } from './make.ts';
import { inEachLanguage, say } from './words.ts';

/** Plays one finished file at a time and saves it. */
export class Player {
  readonly #root: HTMLElement;
  #address: string | null = null;
  #forget: () => void = () => undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Takes the place of what was there. */
  show(file: File, durationMs: number): void {
    this.#forget();
    if (this.#address !== null) URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(file);
    const media = make(file.type.startsWith('audio') ? 'audio' : 'video', { src: this.#address, controls: true });
    const save = make('a', { href: this.#address, download: file.name, className: 'button' });
    this.#forget = inEachLanguage(() => void (save.textContent = say('save')));
    const about = `${file.name} · ${clock(durationMs)} · ${size(file.size)}`;
    this.#root.replaceChildren(media, make('div', { className: 'row' }, make('span', { className: 'file' }, about), save));
    this.#root.hidden = false;
  }
}
