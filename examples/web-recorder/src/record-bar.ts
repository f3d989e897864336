import type { Recorder } from '@tapedeck/web';
import { KeptList } from './kept-list.ts';
import { clock, make, size } from './make.ts';
import { Player } from './player.ts';
import { inEachLanguage, say, type Word } from './words.ts';

/** Figures of a running recording. */
type Figure = Extract<Word, 'duration' | 'written' | 'dropped'>;

/** What both recorders have. */
type AnyRecorder = Pick<Recorder, 'on' | 'pause' | 'resume' | 'stop'>;

type State = Extract<Word, 'idle' | 'starting' | 'isRecording' | 'paused' | 'stopping'>;

/** Buttons, figures, the finished file and what is kept: the lower half of both pages. */
export class RecordBar {
  readonly #begin: () => Promise<AnyRecorder>;
  readonly #changed: (isRunning: boolean) => void;
  readonly #toggle = make('button', { className: 'primary', onclick: () => void this.#press() });
  readonly #pause = make('button', { onclick: () => this.#pauseOrResume() });
  readonly #state = make('output');
  readonly #figures: Readonly<Record<Figure, HTMLElement>> = { duration: make('dd'), written: make('dd'), dropped: make('dd') };
  readonly #error = make('p', { className: 'error', hidden: true });
  readonly #player: Player;
  readonly #kept: KeptList;
  #recorder: AnyRecorder | null = null;
  #now: State = 'idle';
  #isReady = false;

  /**
   * @param begin Starts a recorder from the page's options.
   * @param shown What is counted on this page.
   * @param changed Told when options may not be changed any more, and when they may again.
   */
  constructor(root: HTMLElement, begin: () => Promise<AnyRecorder>, shown: readonly Figure[], changed: (isRunning: boolean) => void) {
    this.#begin = begin;
    this.#changed = changed;
    const [title, hint] = [make('h2'), make('p', { className: 'hint' })];
    const names = shown.map((word) => ({ word, name: make('dt'), value: this.#figures[word] }));
    const [file, kept] = [make('div', { className: 'file-view', hidden: true }), make('section', { className: 'card wide' })];
    const figures = make('dl', {}, ...names.map(({ name, value }) => make('div', {}, name, value)));
    const controls = make('div', { className: 'row' }, this.#toggle, this.#pause, this.#state);
    root.append(make('section', { className: 'card wide' }, title, controls, figures, this.#error, hint, file), kept);
    this.#player = new Player(file);
    this.#kept = new KeptList(kept, this.#player);
    inEachLanguage(() => {
      title.textContent = say('recording');
      hint.textContent = say('crashHint');
      for (const { word, name } of names) name.textContent = say(word);
      this.#draw();
    });
    this.#count({ durationMs: 0, bytes: 0, droppedFrames: 0 });
  }

  /** There is something to record. */
  ready(): void {
    this.#isReady = true;
    this.#draw();
  }

  /** Tells of something that did not work; null: of nothing. */
  tell(error: unknown): void {
    this.#error.textContent = error instanceof Error ? error.message : String(error ?? '');
    this.#error.hidden = error === null;
  }

  #draw(): void {
    const isRunning = this.#now === 'isRecording' || this.#now === 'paused';
    this.#toggle.textContent = say(isRunning ? 'stop' : 'record');
    this.#toggle.disabled = !this.#isReady || (!isRunning && this.#now !== 'idle');
    this.#pause.textContent = say(this.#now === 'paused' ? 'resume' : 'pause');
    this.#pause.disabled = !isRunning;
    this.#state.textContent = say(this.#now);
    this.#state.dataset['state'] = this.#now;
  }

  #become(state: State): void {
    this.#now = state;
    this.#changed(state !== 'idle');
    this.#draw();
  }

  #count({ durationMs, bytes, droppedFrames }: { durationMs: number; bytes: number; droppedFrames: number }): void {
    this.#figures.duration.textContent = clock(durationMs);
    this.#figures.written.textContent = size(bytes);
    this.#figures.dropped.textContent = String(droppedFrames);
  }

  async #press(): Promise<void> {
    this.tell(null);
    try {
      await (this.#recorder === null ? this.#start() : this.#finish(this.#recorder));
    } catch (error) {
      this.tell(error);
      this.#become('idle');
    }
  }

  async #start(): Promise<void> {
    this.#become('starting');
    const recorder = await this.#begin();
    this.#recorder = recorder;
    recorder.on('progress', (progress) => this.#count(progress));
    recorder.on('ended', () => {
      if (this.#recorder !== null) void this.#press(); // by itself: the disk is full, an encoder broke
    });
    this.#become('isRecording');
  }

  async #finish(recorder: AnyRecorder): Promise<void> {
    this.#recorder = null;
    this.#become('stopping');
    const { file, durationMs, sizeBytes, droppedFrames } = await recorder.stop();
    this.#count({ durationMs, bytes: sizeBytes, droppedFrames });
    this.#player.show(file, durationMs);
    await this.#kept.refresh();
    this.#become('idle');
  }

  #pauseOrResume(): void {
    if (this.#now === 'paused') this.#recorder?.resume();
    else this.#recorder?.pause();
    this.#become(this.#now === 'paused' ? 'isRecording' : 'paused');
  }
}
