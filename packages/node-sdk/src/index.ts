export { createAudioRecorder } from './audio/audio-recorder.ts';
export type { AudioRecorder, AudioRecorderOptions } from './audio/audio-recorder.ts';
export type { AudioRecording, AudioRecordingEvents } from './audio/recording-deck.ts';
export {
  AudioRecordingCode,
  AudioRecordingCycleTime,
  AudioRecordingPosition,
  AudioRecordingQuality,
  AudioRecordingResult,
  audioRecordingSampleRates,
} from './audio/recording-numbers.ts';
export type { AudioRecordingSampleRate } from './audio/recording-numbers.ts';
export type { AudioRecordingConfig } from './audio/recording-plan.ts';
export { releaseRtc } from './room/rtc-node.ts';
export type * from './client/api-types.ts';
export { TapedeckApiError, TapedeckConnectionError } from './client/errors.ts';
export type { EventOptions } from './client/follow-events.ts';
export type { LinkQuery, RecordingQuery, Recordings, Renders } from './client/recordings.ts';
export type {
  ApplicationSettings,
  DeliveryQuery,
  Keys,
  Rooms,
  Storages,
  Templates,
  Tokens,
  UsageQuery,
  Webhooks,
} from './client/resources.ts';
export { TapedeckClient } from './client/tapedeck-client.ts';
export type { CallOptions, CreateOptions, TapedeckClientOptions } from './client/transport.ts';
export { WebhookVerificationError, verifyWebhook } from './webhook/verify-webhook.ts';
export type { VerifyWebhookOptions, WebhookHeaders } from './webhook/verify-webhook.ts';
export { joinRoom } from './room/join-room.ts';
export type { JoinRoomOptions } from './room/join-room.ts';
export type { PublishAudioOptions, PublishedAudio } from './room/local-audio.ts';
export type { ReceivedAudio, RoomParticipant, RoomParticipantEvents } from './room/room-participant.ts';
