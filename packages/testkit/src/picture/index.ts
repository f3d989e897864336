export { paintTestPicture, testPictureBytes, isFlashFrame, identityColour } from './test-picture.ts';
export type { TestPicture } from './test-picture.ts';
export { readTestPicture } from './read-test-picture.ts';
export type { PictureView, TestPictureReading } from './read-test-picture.ts';
export { makeTestBeep, beepHz, TEST_SAMPLE_RATE_HZ } from './test-beep.ts';
export type { TestBeep } from './test-beep.ts';
export { makeKnownNoise } from './known-noise.ts';
