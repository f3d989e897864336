import { readFileSync } from 'node:fs';

/** A WAV file as its header says it is. */
export interface ReadWav {
  readonly sampleRateHz: number;
  readonly samples: Int16Array;
  /** Bytes behind what the header counts. */
  readonly surplusBytes: number;
}

/** Reads by the header alone, as a player does. @throws {Error} when the header counts more than is there. */
export function readWav(path: string): ReadWav {
  const bytes = readFileSync(path);
  const text = (from: number, to: number): string => bytes.toString('latin1', from, to);
  if (text(0, 4) !== 'RIFF' || text(8, 16) !== 'WAVEfmt ' || text(36, 40) !== 'data') throw new Error(`${path} is not a plain WAV file.`);
  const dataBytes = bytes.readUInt32LE(40);
  if (bytes.readUInt32LE(4) !== dataBytes + 36) throw new Error(`${path}: RIFF and data sizes disagree.`);
  if (bytes.length < 44 + dataBytes) throw new Error(`${path} has ${bytes.length - 44} of ${dataBytes} bytes.`);
  const data = Buffer.from(bytes.subarray(44, 44 + dataBytes));
  return {
    sampleRateHz: bytes.readUInt32LE(24),
    samples: new Int16Array(data.buffer, data.byteOffset, dataBytes / 2),
    surplusBytes: bytes.length - 44 - dataBytes,
  };
}

/** Share of full scale of one pitch in a stretch of sound. */
export function loudness(samples: Int16Array, sampleRateHz: number, hz: number, fromS: number, toS: number): number {
  const from = Math.round(fromS * sampleRateHz);
  const to = Math.min(samples.length, Math.round(toS * sampleRateHz));
  let [real, imaginary] = [0, 0];
  for (let at = from; at < to; at++) {
    const angle = (2 * Math.PI * hz * at) / sampleRateHz;
    real += samples[at]! * Math.cos(angle);
    imaginary += samples[at]! * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / Math.max(1, to - from) / 32_768;
}

/** Seconds at which a beep of a pitch begins: 50 ms or more louder than `threshold`, so that the edges of other beeps do not count. */
export function onsets(samples: Int16Array, sampleRateHz: number, hz: number, threshold = 0.05): number[] {
  const found: number[] = [];
  const blockS = 0.005;
  let loudBlocks = 0;
  for (let block = 0; (block + 1) * blockS <= samples.length / sampleRateHz; block++) {
    const isLoud = loudness(samples, sampleRateHz, hz, block * blockS, (block + 1) * blockS) > threshold;
    loudBlocks = isLoud ? loudBlocks + 1 : 0;
    if (loudBlocks === 10) found.push((block - 9) * blockS);
  }
  return found;
}
