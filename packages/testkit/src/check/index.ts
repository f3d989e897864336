export { checkFile } from './check-file.ts';
export { decodeFile } from './decode-file.ts';
export type { DecodedFile, DecodedPicture, DecodedTaker } from './decode-file.ts';
export type {
  AudioReport,
  CheckedPerson,
  ExpectedTile,
  FileExpectation,
  FileReport,
  FileSpan,
  PersonReport,
  SyncReport,
  Tolerance,
  VideoReport,
} from './types.ts';
