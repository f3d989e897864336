import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import type { Config } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import { openLocalStorage } from '@tapedeck/delivery';
import { paths } from '../recorder/paths.ts';
import { waitForRecording } from './follow-recording.ts';
import { patiently } from './patiently.ts';
import { stopSignal } from './stop-signal.ts';
import { reachServer } from './with-server.ts';

/** `tapedeck record ROOM`: records until Ctrl-C, the room's end or the idle time, waits for the file and names it. */
export async function record(config: Config, room: string, options: { readonly layout?: string; readonly out?: string }): Promise<void> {
  const stopped = stopSignal();
  const server = await reachServer(config, createLogger('supervisor', config.logLevel === 'info' ? 'warn' : config.logLevel));
  try {
    const output = { type: 'composite', formats: ['mp4'], ...(options.layout !== undefined && { layout: { name: options.layout } }) };
    const recording = await server.api.create({ room, outputs: [output] });
    void stopped.then(() => patiently(() => server.api.stop(recording.id))).catch(() => undefined);
    const done = await waitForRecording(server.api, recording.id, (now) => isTerminal(now.state), showProgress);
    if (process.stderr.isTTY) process.stderr.write('\n');
    if (done.state === 'aborted') process.stdout.write(`Nothing was recorded: ${done.endReason ?? 'no media'}.\n`);
    for (const path of await placeFiles(config, done, options.out)) process.stdout.write(`${path}\n`);
  } finally {
    await server.close();
  }
}

let shown = '';

function showProgress(recording: Recording): void {
  const seconds =
    recording.startedAt === null
      ? 0
      : Math.round((Date.parse(recording.endedAt ?? new Date().toISOString()) - Date.parse(recording.startedAt)) / 1000);
  const clock = new Date(seconds * 1000).toISOString().slice(11, 19);
  const people = recording.participants.filter((participant) => participant.leftMs === null).length;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${recording.state} ${clock} · ${people} in the room · Ctrl-C stops`);
  else if (recording.state !== shown) process.stderr.write(`${recording.state}\n`);
  shown = recording.state;
}

async function placeFiles(config: Config, recording: Recording, out: string | undefined): Promise<string[]> {
  const storage = openLocalStorage(paths.storage(config.dataDir));
  const stored = recording.files.map((file) => storage.path(file.key));
  if (out === undefined) return stored;
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  return Promise.all(
    stored.map(async (path) => {
      const target = join(folder, `${recording.id}.${basename(path)}`);
      await copyFile(path, target);
      return target;
    }),
  );
}
