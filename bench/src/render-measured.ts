import type { RenderPlan, RenderShare } from '@tapedeck/render';
import { Child } from './child.ts';

/** A message of `children/render.ts`. */
export type RenderMessage =
  | { readonly type: 'progress'; readonly renderedMs: number; readonly logMs: number; readonly rssMb: number }
  | { readonly type: 'done'; readonly cpuS: number; readonly wallS: number; readonly peakMb: number };

/** What rendering cost. */
export interface RenderCost {
  readonly cpuS: number;
  readonly wallS: number;
  /** Most memory the process ever had. */
  readonly peakMb: number;
  /** Resident memory over recording time. */
  readonly memory: readonly { readonly renderedMs: number; readonly rssMb: number }[];
}

/** Renders a whole log (or one share of the work) in a process of its own and returns what it cost. @param encoderThreads Default: the renderer's own. */
export async function renderMeasured(
  recordingDir: string,
  plan: RenderPlan,
  outDir: string,
  { share, encoderThreads }: { readonly share?: RenderShare; readonly encoderThreads?: number } = {},
): Promise<RenderCost> {
  const child = new Child<RenderMessage>('render', { recordingDir, outDir, plan, follow: false, share, encoderThreads });
  const memory: { renderedMs: number; rssMb: number }[] = [];
  try {
    for (;;) {
      const message = await child.next();
      if (message.type === 'done') return { ...message, memory };
      memory.push(message);
    }
  } finally {
    await child.end();
  }
}
