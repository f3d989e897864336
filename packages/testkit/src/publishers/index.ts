export { startTestPublisher } from './test-publisher.ts';
export type { TestPublisher, TestPublisherOptions } from './test-publisher.ts';
export type { PublisherAccess } from './access-token.ts';
