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
      const isFlash = frame % fps < fps / 10;
      picture.fill(isFlash ? 235 : 60 + ((frame * 2) % 100), 0, width * height);
      picture.fill((id * 70) % 255, width * height, (width * height * 5) / 4);
      picture.fill((id * 110) % 255, (width * height * 5) / 4);
      return picture;
    },
    beep(first, count) {
      const samples = new Int16Array(count);
      const hz = 600 + 200 * id;
      for (let i = 0; i < count; i++) {
        const at = (first + i) % 48_000;
        if (at < 4800) samples[i] = Math.round(10_000 * Math.sin((2 * Math.PI * hz * at) / 48_000));
      }
      return samples;
    },
  };
}
