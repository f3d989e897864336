import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSecondsOf } from '../process-tree.ts';

/** The job for a browser that shows the people and FFmpeg that films the screen. */
export interface GrabJob {
  readonly chromium: string;
  readonly xvfb: string;
  readonly ffmpeg: string;
  readonly inputs: readonly string[];
  readonly outputFps: number;
  readonly bitrateKbps: number;
  readonly windowS: number;
  readonly folder: string;
}

const WARM_UP_MS = 5000;

/** CPU seconds per second of media of Chromium, Xvfb and FFmpeg together, and the share of pictures that FFmpeg did not get. */
export async function runBrowserGrab(job: GrabJob): Promise<{ cores: number; droppedShare: number }> {
  const display = `:${90 + Math.floor(Math.random() * 900)}`;
  const page = join(job.folder, 'grid.html');
  await writeFile(page, pageOf(job.inputs));
  const children: ChildProcess[] = [];
  try {
    children.push(start(job.xvfb, [display, '-screen', '0', '1280x720x24', '-nolisten', 'tcp']));
    await untilDisplay(display);
    children.push(start(job.chromium, browserArgs(job.folder, page), { DISPLAY: display }));
    await delay(WARM_UP_MS); // playback has no event that reaches us through the screen
    const film = start(job.ffmpeg, filmArgs(job, display));
    children.push(film);
    let output = '';
    film.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const pids = children.map(({ pid }) => pid ?? 0);
    const before = cpuSecondsOf(pids);
    const [startMs] = [performance.now()];
    await delay(job.windowS * 1000);
    const cores = (cpuSecondsOf(pids) - before) / ((performance.now() - startMs) / 1000);
    film.kill('SIGINT');
    await once(film, 'close');
    const frames = Number([...output.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1] ?? 0);
    const dropped = Number([...output.matchAll(/drop=\s*(\d+)/g)].at(-1)?.[1] ?? 0);
    return { cores, droppedShare: dropped / Math.max(1, frames + dropped) };
  } finally {
    for (const child of children.toReversed()) await end(child);
  }
}

function pageOf(inputs: readonly string[]): string {
  const columns = Math.ceil(Math.sqrt(inputs.length));
  const videos = inputs.map((path) => `<video src="file://${path}" autoplay loop></video>`).join('');
  const style = `*{margin:0}body{background:#000;display:grid;width:1280px;height:720px;grid-template-columns:repeat(${columns},1fr)}video{width:100%;height:100%;object-fit:contain}`;
  return `<!doctype html><style>${style}</style>${videos}`;
}

function browserArgs(folder: string, page: string): string[] {
  return [
    ...[
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...['--autoplay-policy=no-user-gesture-required', '--kiosk', '--window-size=1280,720', '--window-position=0,0', '--mute-audio'],
    ...[`--user-data-dir=${join(folder, 'profile')}`, `file://${page}`],
  ];
}

function filmArgs({ outputFps, bitrateKbps, folder }: GrabJob, display: string): string[] {
  return [
    ...['-hide_banner', '-y', '-f', 'x11grab', '-framerate', String(outputFps), '-video_size', '1280x720', '-i', display],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-b:v', `${bitrateKbps}k`, '-g', String(outputFps * 2)],
    join(folder, 'grab.mp4'),
  ];
}

function start(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } });
}

async function untilDisplay(display: string): Promise<void> {
  const socket = `/tmp/.X11-unix/X${display.slice(1)}`;
  for (let tries = 0; tries < 100 && !existsSync(socket); tries++) await delay(100);
  if (!existsSync(socket)) throw new Error(`Xvfb did not open ${display}.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}
