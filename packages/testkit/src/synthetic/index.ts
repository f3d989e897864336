export { eventfulMeeting } from './eventful-meeting.ts';
export { writeSyntheticLog } from './write-synthetic-log.ts';
export type {
  ExpectedPerson,
  Span,
  SyntheticAudio,
  SyntheticLog,
  SyntheticLogResult,
  SyntheticParticipant,
  SyntheticVideo,
} from './types.ts';
