export { startTestPublisher } from './test-publisher.ts';
export type { TestPublisher, TestPublisherOptions } from './test-publisher.ts';
export type { PublisherAccess } from './access-token.ts';
export { startLightPublisher } from './light-publisher.ts';
export type { LightPublisher, LightPublisherOptions, PacketPath } from './light-publisher.ts';
export { weatherPath } from './weather-path.ts';
