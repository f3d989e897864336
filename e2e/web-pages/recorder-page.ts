import * as tapedeck from '@tapedeck/web';
import { beepOf } from './beep-of.ts';
import { makePerson } from './make-person.ts';
import { upload } from './upload.ts';

/** What tests find in the window. */
export interface RecorderPage {
  readonly tapedeck: typeof tapedeck;
  readonly makePerson: typeof makePerson;
  readonly beepOf: typeof beepOf;
  readonly upload: typeof upload;
  readonly kept: Record<string, unknown>;
}

Object.assign(globalThis, { page: { tapedeck, makePerson, beepOf, upload, kept: {} } satisfies RecorderPage });
