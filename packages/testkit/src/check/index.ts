export { checkFile } from './check-file.ts';
export { checkNoise } from './check-noise.ts';
export type { NoiseCheck } from './check-noise.ts';
export { decodeFile } from './decode-file.ts';
export type { DecodedFile, DecodedPicture, DecodedTaker } from './decode-file.ts';
export { firstPacketOnDisk } from './first-packet-on-disk.ts';
export type { NoiseReport } from './noise-judge.ts';
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
