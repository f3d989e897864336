import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { joinRanges, type RenderPlan, splitRender } from '@tapedeck/render';
import { type RenderCost, renderMeasured } from './render-measured.ts';

/** What rendering in shares cost, joining included. */
export interface SharesCost {
  readonly wallS: number;
  readonly cpuS: number;
  readonly shares: number;
  readonly processes: number;
  /** Most memory that one of the processes had. */
  readonly peakMb: number;
  /** Share of `wallS` that joining took, s. */
  readonly joinS: number;
}

/** Renders a log as the renderers of a node do: its shares by as many processes as there are cores, then joined. */
export async function renderInShares(recordingDir: string, plan: RenderPlan, folder: string): Promise<SharesCost> {
  const startMs = performance.now();
  const shares = await splitRender(recordingDir, plan);
  const waiting = shares.entries();
  const outDirs = shares.map((_, index) => join(folder, `share-${index}`));
  const costs: RenderCost[] = [];
  const work = async (): Promise<void> => {
    for (const [index, share] of waiting)
      costs.push(await renderMeasured(recordingDir, plan, outDirs[index] ?? folder, { share, encoderThreads: 1 }));
  };
  const processes = availableParallelism();
  await Promise.all(Array.from({ length: processes }, work));
  const joinMs = performance.now();
  if (shares.length > 1) await joinRanges(outDirs, join(folder, 'joined'));
  const endMs = performance.now();
  return {
    wallS: (endMs - startMs) / 1000,
    cpuS: costs.reduce((sum, { cpuS }) => sum + cpuS, 0),
    ...{ shares: shares.length, processes, joinS: (endMs - joinMs) / 1000 },
    peakMb: Math.max(...costs.map(({ peakMb }) => peakMb)),
  };
}
