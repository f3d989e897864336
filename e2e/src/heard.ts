import { beepHz, decodeFile } from '@tapedeck/testkit';

const blockSamples = 240;
const rateHz = 48_000;
/** Share of full scale; a beep has 0.11, the hum between beeps 0.006. */
const threshold = 0.05;
/** 50 ms: the edges of other beeps are shorter. */
const loudBlocks = 10;

/** What is heard in a file. */
export interface Heard {
  readonly durationS: number;
  /** Seconds at which each beep of a person begins. */
  beeps(identity: number): number[];
}

/** Decodes a file's sound. Every pitch of the test beep is told apart in any 5 ms. */
export async function hearFile(path: string): Promise<Heard> {
  const pieces: { readonly first: number; readonly samples: Float32Array }[] = [];
  await decodeFile(path, { picture: () => undefined, sound: (first, samples) => void pieces.push({ first, samples: samples.slice() }) });
  const sound = new Float32Array(pieces.reduce((end, { first, samples }) => Math.max(end, first + samples.length), 0));
  for (const { first, samples } of pieces) sound.set(samples.subarray(Math.max(0, -first)), Math.max(0, first));
  return { durationS: sound.length / rateHz, beeps: (identity) => onsets(sound, beepHz(identity)) };
}

function onsets(sound: Float32Array, hz: number): number[] {
  const found: number[] = [];
  let loud = 0;
  for (let at = 0; at + blockSamples <= sound.length; at += blockSamples) {
    loud = loudness(sound.subarray(at, at + blockSamples), hz) > threshold ? loud + 1 : 0;
    if (loud === loudBlocks) found.push((at - (loudBlocks - 1) * blockSamples) / rateHz);
  }
  return found;
}

function loudness(samples: Float32Array, hz: number): number {
  let [real, imaginary] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    const angle = (2 * Math.PI * hz * index) / rateHz;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}
