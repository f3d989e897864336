import type { MeasuredJob, MeasuredRecording, RecordedBy } from '@tapedeck/e2e/measured-job';
import { openPlainBrowser, type PlainBrowser, type PlainTab, type ScriptHeap } from '@tapedeck/e2e/plain-browser';
import type { WebPages } from '@tapedeck/e2e/web-pages';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSecondsOf, descendantsNamed, residentMbOf } from './process-tree.ts';

/** A finished recording and its file. */
export interface TabRecording extends MeasuredRecording {
  readonly path: string;
}

/** A browser of its own with one tab, in which somebody records. */
export class RecorderTab {
  readonly #browser: PlainBrowser;
  readonly #tab: PlainTab;
  readonly #pages: WebPages;

  private constructor(browser: PlainBrowser, tab: PlainTab, pages: WebPages) {
    this.#browser = browser;
    this.#tab = tab;
    this.#pages = pages;
  }

  /** Resolves when it is recorded. */
  static async open(chromium: string, pages: WebPages, by: RecordedBy, job: MeasuredJob): Promise<RecorderTab> {
    const browser = await openPlainBrowser(chromium);
    try {
      const tab = await browser.open(`${pages.url}/measured.html`);
      await tab.evaluate('new Promise((resolve) => { const look = () => (globalThis.page ? resolve(0) : setTimeout(look, 20)); look(); })');
      await tab.evaluate(`page.start('${by}', ${JSON.stringify(job)})`);
      return new RecorderTab(browser, tab, pages);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Cores that all processes of the browser use in the next `windowS` seconds. */
  async cores(windowS: number): Promise<number> {
    const roots = [this.#browser.pid];
    const [before, startMs] = [cpuSecondsOf(roots), performance.now()];
    await delay(windowS * 1000);
    return (cpuSecondsOf(roots) - before) / ((performance.now() - startMs) / 1000);
  }

  /** After a collection, page and workers. */
  heap(): Promise<ScriptHeap> {
    return this.#tab.heap();
  }

  /** Resident memory of the processes that run pages. */
  rendererMb(): number {
    return descendantsNamed(this.#browser.pid, '--type=renderer').reduce((sum, pid) => sum + residentMbOf(pid), 0);
  }

  async stop(name: string): Promise<TabRecording> {
    const recording = await this.#tab.evaluate<MeasuredRecording>('page.stop()');
    await this.#tab.evaluate(`page.upload('${name}')`);
    return { ...recording, path: this.#pages.uploaded(name) };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
