import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openLocalStorage } from '@tapedeck/delivery';
import type { Recording } from '@tapedeck/protocol';
import { waitForRecording } from '../cli/follow-recording.ts';
import { stopSignal } from '../cli/stop-signal.ts';
import { type ReachedServer, reachServer } from '../cli/with-server.ts';
import type { Config } from '../config/config.ts';
import { CommandError } from '../errors.ts';
import { createLogger } from '../log/logger.ts';
import { paths } from '../recorder/paths.ts';

export interface DemoOptions {
  /** Exit when the files are there. */
  readonly once: boolean;
  /** How long to record. */
  readonly seconds: number;
  /** The last line of standard output is one JSON object. */
  readonly json: boolean;
}

/** The last line that `--json` prints. */
export interface DemoResult {
  readonly recordingId: string;
  readonly files: readonly {
    readonly type: string;
    readonly participant?: string;
    readonly format: string;
    readonly path: string;
    readonly durationMs: number;
  }[];
}

/** `tapedeck demo`: a call of three synthetic people, recorded as a composite and one by one. */
export async function demo(config: Config, options: DemoOptions): Promise<void> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const stopped = stopSignal();
  say('Starting PostgreSQL, the LiveKit server, the API and the recorder …');
  const server = await reachServer(config, createLogger('supervisor', config.logLevel));
  let people: ChildProcess | null = null;
  try {
    const room = `demo-${Date.now().toString(36)}`;
    say(`Three people join the room ${room} …`);
    people = await invite(server, room);
    const recording = await recordCall(server, room, options.seconds, say);
    people.send('leave');
    printFiles(config, recording, options);
    say(`Console: ${server.api.url}   key ${server.credentials.key}   ${secretLine(config, server)}`);
    if (!options.once) {
      say('Serving until Ctrl-C.');
      await stopped;
    }
  } finally {
    people?.kill('SIGKILL');
    await server.close();
  }
}

/** The secret is shown in the one run that made it; later it stands where it is kept. */
function secretLine(config: Config, { credentials, hasNewCredentials }: ReachedServer): string {
  if (hasNewCredentials) return `secret ${credentials.secret} (shown once, kept in ${config.dataDir}/credentials.json)`;
  return config.secret === null ? `secret in ${config.dataDir}/credentials.json` : 'secret as configured';
}

async function invite(server: ReachedServer, room: string): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('./people.ts', import.meta.url));
  const invitation = { url: server.api.url.replace(/^http/, 'ws'), ...server.credentials, room };
  const people = fork(entry, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  people.send(invitation);
  let stderr = '';
  people.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2_000)));
  const gone = once(people, 'exit').then(() => {
    throw new CommandError(`The synthetic people could not join: ${stderr.trim()}`);
  });
  gone.catch(() => undefined);
  await Promise.race([once(people, 'message'), gone]);
  return people;
}

async function recordCall(server: ReachedServer, room: string, seconds: number, say: (text: string) => void): Promise<Recording> {
  const { id } = await server.api.create({
    room,
    outputs: [
      { type: 'composite', formats: ['mp4', 'hls'] },
      { type: 'individual', formats: ['mp4'], video: { width: 640, height: 360, fps: 15, bitrateKbps: 600 } },
    ],
  });
  await waitForRecording(server.api, id, (recording) => recording.state === 'recording');
  say(`Recording ${id} for ${seconds} s …`);
  await delay(seconds * 1000);
  await server.api.stop(id);
  const stoppedMs = performance.now();
  const done = await waitForRecording(server.api, id, (recording) => recording.state === 'completed');
  if (done.state !== 'completed') throw new CommandError(`Recording ${id} ended as ${done.state} (${done.endReason ?? ''}).`);
  say(`Files complete ${Math.round(performance.now() - stoppedMs)} ms after stop.`);
  return done;
}

function printFiles(config: Config, recording: Recording, options: DemoOptions): void {
  const storage = openLocalStorage(paths.storage(config.dataDir));
  const files = recording.files.map(({ type, participant, format, key, durationMs }) => ({
    type,
    ...(participant !== null && { participant }),
    format,
    path: storage.path(key),
    durationMs,
  }));
  for (const file of files)
    process.stdout.write(
      `${file.type.padEnd(10)} ${(file.participant ?? '').padEnd(6)} ${file.format}  ${(file.durationMs / 1000).toFixed(1)} s  ${file.path}\n`,
    );
  const result: DemoResult = { recordingId: recording.id, files };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}
