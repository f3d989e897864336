export type { CallbackSenderOptions, CallbackSource, DueVendorCallback } from './callbacks/callback-sender.ts';
export { startCallbackSender } from './callbacks/callback-sender.ts';
export {
  OutgoingAddressError,
  OutgoingRequestError,
  StorageKeyError,
  StorageSetupError,
  StorageUnavailableError,
  StorageVerifyError,
} from './errors.ts';
export type { LocalStorage } from './local/local-storage.ts';
export { openLocalStorage } from './local/local-storage.ts';
export type { OutboxSender } from './outbox/outbox-sender.ts';
export type { OutgoingGuard } from './outgoing/outgoing-guard.ts';
export { createOutgoingGuard, isAllowEntry } from './outgoing/outgoing-guard.ts';
export type { OutgoingAnswer, OutgoingRequest } from './outgoing/send-request.ts';
export { sendRequest } from './outgoing/send-request.ts';
export type { FileFacts, FileOrder } from './names/file-facts.ts';
export { fileStem, namedKey, partName } from './names/file-name.ts';
export { openS3Storage } from './s3/s3-storage.ts';
export { sha256File } from './sha256-file.ts';
export type { FileGrant, GrantRefusal } from './signed-file.ts';
export { signFile, verifyFile } from './signed-file.ts';
export type { ByteRange, OutgoingFile, Storage, StoredObject } from './storage.ts';
export { checkKey, fileKey, isNativeKey } from './storage-key.ts';
export type { DueWebhook, WebhookOutbox, WebhookSender, WebhookSenderOptions } from './webhooks/webhook-sender.ts';
export { startWebhookSender } from './webhooks/webhook-sender.ts';
export { testStorage } from './test-storage.ts';
