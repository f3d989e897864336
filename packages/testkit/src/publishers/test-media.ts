import { makeTestBeep, paintTestPicture } from '../picture/index.ts';

/** The picture and the sound of one synthetic person, both as functions of media time. */
export interface TestMedia {
  readonly width: number;
  readonly height: number;
  /** I420 planes of picture `frame`, one after the other. The buffer is painted over by the next call. */
  paint(frame: number): Uint8Array;
  /** `count` mono samples at 48 kHz starting at sample `first`. Fresh buffer. */
  beep(first: number, count: number): Int16Array;
}

/** The test picture and the beep of person `id`; the flash and the beep fill the first 100 ms of each second. */
export function createTestMedia(options: { id: number; width: number; height: number; fps: number }): TestMedia {
  const { id, width, height, fps } = options;
  const picture = new Uint8Array((width * height * 3) / 2);
  return {
    width,
    height,
    paint(frame) {
      paintTestPicture(picture, { identity: id, width, height, fps, frame });
      return picture;
    },
    beep: (first, count) => makeTestBeep({ identity: id, firstSample: first, sampleCount: count }),
  };
}
