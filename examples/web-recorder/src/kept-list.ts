import { listRecordings, listUnfinished, recover, removeRecording, type KeptRecording } from '@tapedeck/web';
import { clock, make, size } from './make.ts';
import type { Player } from './player.ts';
import { inEachLanguage, say } from './words.ts';

/** What is in the private file system: unfinished recordings to recover, finished ones to play, both to delete. */
export class KeptList {
  readonly #body = make('tbody');
  readonly #none = make('p', { className: 'hint' });
  readonly #player: Player;
  #rows: readonly (KeptRecording & { readonly isFinished: boolean })[] = [];

  constructor(root: HTMLElement, player: Player) {
    this.#player = player;
    const title = make('h2');
    root.append(title, make('table', {}, this.#body), this.#none);
    inEachLanguage(() => {
      title.textContent = say('kept');
      this.#draw();
    });
    void this.refresh();
  }

  /** Reads it anew. */
  async refresh(): Promise<void> {
    const [unfinished, finished] = await Promise.all([listUnfinished(), listRecordings()]);
    this.#rows = [
      ...unfinished.map((kept) => ({ ...kept, isFinished: false })),
      ...finished.map((kept) => ({ ...kept, isFinished: true })).toReversed(),
    ];
    this.#draw();
  }

  #draw(): void {
    this.#none.textContent = this.#rows.length === 0 ? say('keptNone') : '';
    this.#body.replaceChildren(
      ...this.#rows.map(({ id, name, format, sizeBytes, durationMs, isFinished }) => {
        const play = make('button', { textContent: say(isFinished ? 'play' : 'recover'), onclick: () => void this.#play(id) });
        const remove = make('button', { textContent: say('remove'), className: 'quiet', onclick: () => void this.#remove(id) });
        const state = make('span', { className: isFinished ? 'tag' : 'tag warn' }, say(isFinished ? 'finished' : 'unfinished'));
        const cells = [`${name}.${format}`, state, durationMs === null ? '–' : clock(durationMs), size(sizeBytes)];
        return make('tr', {}, ...cells.map((cell) => make('td', {}, cell)), make('td', { className: 'actions' }, play, remove));
      }),
    );
  }

  async #play(id: string): Promise<void> {
    const { file, durationMs } = await recover(id); // a finished one is returned as it is
    this.#player.show(file, durationMs);
    await this.refresh();
  }

  async #remove(id: string): Promise<void> {
    await removeRecording(id);
    await this.refresh();
  }
}
