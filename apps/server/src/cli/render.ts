import { setTimeout as delay } from 'node:timers/promises';
import type { CompositeOutput, Recording, Render } from '@tapedeck/protocol';
import type { Config } from '../config/config.ts';
import { CommandError } from '../errors.ts';
import { createLogger } from '../log/logger.ts';
import { patiently } from './patiently.ts';
import { reachServer } from './with-server.ts';

const pollMs = 500;

/** What `tapedeck render` may be told. Times in ms. */
export interface RenderOptions {
  readonly layout?: string;
  readonly size?: string;
  readonly formats?: string;
  readonly from?: number;
  readonly to?: number;
  readonly people?: string;
  readonly without?: string;
  readonly json?: boolean;
}

/** `tapedeck render ID`: makes another output from the kept log and waits for it; its keys and addresses go to standard output. */
export async function render(config: Config, id: string, options: RenderOptions): Promise<void> {
  const server = await reachServer(config, createLogger('supervisor', 'warn'));
  try {
    const request = renderRequest(await server.api.get(id), options);
    let state = await server.api.startRender(id, request);
    while (state.state === 'queued' || state.state === 'rendering') {
      showProgress(state);
      await delay(pollMs);
      const { id: renderId } = state;
      state = await patiently(() => server.api.getRender(id, renderId));
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (state.state === 'failed') throw new CommandError(`The render failed: ${state.error?.detail ?? ''} (${state.error?.code ?? ''})`);
    if (options.json === true) process.stdout.write(`${JSON.stringify(state)}\n`);
    else for (const file of state.files) process.stdout.write(`${file.key}\n${file.url ?? ''}\n`);
  } finally {
    await server.close();
  }
}

/** The body of the request: the recording's own composite with what the options change; without any, that composite once more. */
export function renderRequest(recording: Pick<Recording, 'outputs'>, options: RenderOptions): object {
  const { layout, size, formats, from, to, people, without } = options;
  const range = from === undefined && to === undefined ? {} : { range: { fromMs: from ?? 0, toMs: to ?? null } };
  const named =
    people === undefined && without === undefined ? {} : { people: { allow: list(people) ?? ['*'], deny: list(without) ?? [] } };
  const others = { ...range, ...named };
  const isSameOutput = layout === undefined && size === undefined && formats === undefined;
  if (isSameOutput && Object.keys(others).length > 0) return others;
  const own = recording.outputs.find((output) => output.type === 'composite');
  const { layout: _layout, hls, webm, video, ...kept }: Partial<CompositeOutput> = own ?? { type: 'composite' };
  const wanted: readonly string[] = list(formats) ?? kept.formats ?? ['mp4'];
  const output = {
    ...kept,
    formats: wanted,
    // Settings of a format that is not made would be refused; whoever names a size or a layout wants a picture.
    ...(hls !== undefined && wanted.includes('hls') && { hls }),
    ...(webm !== undefined && wanted.includes('webm') && { webm }),
    ...(size !== undefined ? { video: { ...video, ...sizeOf(size) } } : (video !== null || layout === undefined) && { video }),
    ...(layout === undefined ? {} : { layout: { name: layout } }),
  };
  return { output, ...others };
}

function showProgress({ state, progress }: Render): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${state} ${Math.floor(progress * 100)} %\u001b[K`);
}

const list = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function sizeOf(text: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^(\d{2,5})x(\d{2,5})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new CommandError(`--size is ${JSON.stringify(text)}; it must be like 1280x720.`);
  return { width: Number(width), height: Number(height) };
}
