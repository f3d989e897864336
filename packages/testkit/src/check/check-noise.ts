import { decodeFile, type DecodedFile } from './decode-file.ts';
import { judgeWindow, NoiseJudge, noiseWindow, type NoiseReport } from './noise-judge.ts';

/** The last so many windows are not judged: who stops a recording cuts sound that is still on its way. */
const windowsLeftOut = 5;

/** What a file has of the known noise of some people. */
export interface NoiseCheck extends DecodedFile {
  /** In the order of the identities. */
  readonly people: readonly NoiseReport[];
  /** At 48 kHz, holes of the container counted. */
  readonly samples: number;
  /** Decoded pictures. */
  readonly pictures: number;
}

/** Decodes a file whose sound is the noise of `identities`, summed, and looks for every sample but those of the last tenth of a second. Pictures are only counted. */
export async function checkNoise(path: string, identities: readonly number[]): Promise<NoiseCheck> {
  const judges = identities.map((identity) => new NoiseJudge(identity));
  const windows: Float32Array[] = [];
  let judged = 0;
  let pictures = 0;
  let samples = 0;
  const put = (sample: number): void => {
    if (samples % noiseWindow === 0) windows.push(new Float32Array(noiseWindow));
    const newest = windows.at(-1);
    if (newest) newest[samples % noiseWindow] = sample;
    samples++;
    if (windows.length <= windowsLeftOut) return;
    const oldest = windows.shift();
    if (oldest) judgeWindow(judges, judged, oldest);
    judged += noiseWindow;
  };
  const decoded = await decodeFile(path, {
    picture: () => void pictures++,
    sound(first, sound) {
      while (samples < first) put(0);
      for (const sample of sound.subarray(Math.max(0, samples - first))) put(sample);
    },
  });
  return { ...decoded, people: judges.map((judge) => judge.report()), samples, pictures };
}
