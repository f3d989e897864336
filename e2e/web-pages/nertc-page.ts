import NERTC, { type Client, type RtcError } from '@tapedeck/web/nertc';
import { makePerson } from './make-person.ts';
import { upload } from './upload.ts';

/** The number of the error that a call throws at once or rejects with; 0 when it does neither. */
async function codeOf(act: () => unknown): Promise<number> {
  try {
    await act();
    return 0;
  } catch (error) {
    return (error as RtcError).getCode();
  }
}

/** What tests find in the window. */
export interface NertcPage {
  readonly NERTC: typeof NERTC;
  readonly codeOf: typeof codeOf;
  readonly makePerson: typeof makePerson;
  readonly upload: typeof upload;
  /** Of the test that runs. */
  readonly kept: { client?: Client };
  readonly diary: Diary;
}

/** What happened, line by line. */
class Diary {
  readonly lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  write(line: string): void {
    this.lines.push(line);
    for (const look of this.#waiting) look();
  }

  /** Resolves when a line is written, or at once when it has been. */
  until(line: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.lines.includes(line)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

Object.assign(globalThis, { page: { NERTC, codeOf, makePerson, upload, kept: {}, diary: new Diary() } satisfies NertcPage });
