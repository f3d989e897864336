import { join } from 'node:path';
import { planRender, type RenderPlan } from '@tapedeck/render';
import { type ExpectedPerson, writeSyntheticLog } from '@tapedeck/testkit';

/** A meeting written straight to disk. */
export interface Meeting {
  readonly people: number;
  readonly durationS: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
}

/** Writes a meeting's log and returns the recording's folder and what a finished file must show of each person. Everybody sends VP8 as browsers do by default (three temporal layers) and Opus in RED, all the time. */
export async function writeMeeting(
  folder: string,
  meeting: Meeting,
): Promise<{ readonly dir: string; readonly people: readonly ExpectedPerson[] }> {
  const { people, durationS, width, height, fps, bitrateKbps } = meeting;
  const dir = join(folder, 'recording');
  const { people: expected } = await writeSyntheticLog({
    dir,
    durationS,
    loopS: 10, // of 30 or 15 pictures a second: whole patterns of four
    participants: Array.from({ length: people }, (_, id) => ({
      identity: `person-${id}`,
      id: id + 1,
      video: { codec: 'vp8' as const, temporalLayers: 3 as const, width, height, fps, bitrateKbps },
    })),
  });
  return { dir, people: expected };
}

/** A composite MP4 of 1280 × 720, x264 veryfast, with sound. */
export function compositePlan(fps: number, bitrateKbps = 1500): RenderPlan {
  return planRender({ type: 'composite', formats: ['mp4'], video: { width: 1280, height: 720, fps, bitrateKbps } }, 'bench', 0);
}

/** One WebM per person with the packets' own frames: the same inputs for others. */
export function webmPlan(): RenderPlan {
  return planRender({ type: 'individual', formats: ['webm'] }, 'bench', 1);
}
