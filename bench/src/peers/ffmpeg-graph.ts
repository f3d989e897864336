import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The job for FFmpeg's command line: the same files, the same grid, the same encoder. */
export interface GraphJob {
  readonly ffmpeg: string;
  readonly inputs: readonly string[];
  readonly outputFps: number;
  readonly bitrateKbps: number;
  readonly folder: string;
  /** `usual`: scale, stack, then `fps`, as the manual's examples have it. `tuned`: `fps` before everything and FFmpeg's fastest scaler, as we do it. */
  readonly style: 'usual' | 'tuned';
}

/** Runs the filter graph and returns its CPU seconds as `-benchmark` reports them, and its peak memory. */
export async function runFfmpegGraph({
  ffmpeg,
  inputs,
  outputFps,
  bitrateKbps,
  folder,
  style,
}: GraphJob): Promise<{ cpuS: number; peakMb: number }> {
  const args = [
    ...['-hide_banner', '-nostdin', '-y', '-benchmark', '-loglevel', 'info'],
    ...inputs.flatMap((path) => ['-i', path]),
    ...['-filter_complex', graph(inputs.length, outputFps, style), '-map', '[video]', '-map', '[sound]'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', `${bitrateKbps}k`, '-g', String(outputFps * 2), '-sc_threshold', '0', '-bf', '0'],
    ...['-c:a', 'aac', '-b:a', '64k', '-ac', '1', join(folder, 'ffmpeg.mp4')],
  ];
  const child = spawn(ffmpeg, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  const times = /utime=([\d.]+)s stime=([\d.]+)s/.exec(output);
  const peak = /maxrss=(\d+)/.exec(output);
  if (code !== 0 || !times) throw new Error(`ffmpeg ended with ${code}:\n${output.slice(-2000)}`);
  return { cpuS: Number(times[1]) + Number(times[2]), peakMb: Number(peak?.[1] ?? 0) / 1024 };
}

/** Our grid: as square as it goes, the last row centred, every tile letterboxed into the same rectangle. */
function graph(people: number, fps: number, style: GraphJob['style']): string {
  const columns = Math.ceil(Math.sqrt(people));
  const rows = Math.ceil(people / columns);
  const width = Math.floor(1280 / columns / 2) * 2;
  const height = Math.floor(720 / rows / 2) * 2;
  const tiles = Array.from({ length: people }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, people - row * columns);
    return `${Math.floor((1280 - inRow * width) / 2) + (index % columns) * width}_${row * height}`;
  });
  const isTuned = style === 'tuned';
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease${isTuned ? ':flags=fast_bilinear' : ''}`;
  const fit = `${scale},pad=${width}:${height}:-1:-1`;
  const scaled = tiles.map((_, index) => `[${index}:v]${isTuned ? `fps=${fps},` : ''}${fit}[v${index}]`);
  const stacked = `${tiles.map((_, index) => `[v${index}]`).join('')}xstack=inputs=${people}:layout=${tiles.join('|')}:fill=black,pad=1280:720:0:0${isTuned ? '' : `,fps=${fps}`}[video]`;
  const mixed = `${tiles.map((_, index) => `[${index}:a]`).join('')}amix=inputs=${people}:normalize=0[sound]`;
  return [...scaled, stacked, mixed].join(';');
}
