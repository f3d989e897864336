import { isStrict, type ApiVersion } from '../versions.ts';
import { type Control, readControl, readFormats, type RecordFormat } from './control.ts';
import { type Encode, readEncode } from './encode.ts';
import { Fields } from './fields.ts';
import { type FileName, readFileName } from './file-name.ts';
import { isCustomLayout, type Layout, readLayout } from './layout.ts';
import { readTaskName, type TaskName } from './names.ts';
import { readStorage, type StorageWish } from './storage-config.ts';
import { readStreamLists, type Stream } from './streams.ts';

/** A `StartRecord` with every default filled in. */
export interface StartRecord {
  readonly version: ApiVersion;
  readonly name: TaskName;
  readonly isSingle: boolean;
  readonly targets: readonly Stream[];
  readonly excludes: readonly Stream[];
  readonly encode: Encode;
  /** Single streams have none: adaptive stands there. */
  readonly layout: Layout;
  readonly control: Control;
  readonly formats: readonly RecordFormat[];
  readonly fileName: FileName;
  readonly storage: StorageWish;
}

/** The body of `StartRecord`. @throws {VolcengineError} InvalidParameter and its kin, naming the field. */
export function readStartRecord(value: unknown, version: ApiVersion): StartRecord {
  const body = new Fields(value, '', isStrict(version));
  const name = readTaskName(body);
  const isSingle = body.choice('RecordMode', [0, 1], 0) === 1;
  const { targets, excludes } = readStreamLists(body, !isSingle && isCustomLayout(body));
  const encode = readEncode(body);
  const layout: Layout = isSingle ? { mode: 'adaptive' } : readLayout(body, { version, targets });
  const control = readControl(body, isSingle);
  const formats = version === '2020-12-01' ? (['mp4'] as const) : readFormats(body, control.isAudioOnly);
  return {
    ...{ version, name, isSingle, targets, excludes, encode, layout, control, formats },
    fileName: readFileName(body, version),
    storage: readStorage(body, version),
  };
}
