import { Command, InvalidArgumentError } from 'commander';
import { TapedeckError } from '@tapedeck/protocol';
import type { Config } from './config/config.ts';
import type { RenderOptions } from './cli/render.ts';
import type { VerifyOptions } from './cli/verify.ts';
import { loadConfig } from './config/load-config.ts';
import { unknownVariables } from './config/unknown-variables.ts';

/** The command line. Errors of ours end as one sentence on standard error and exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await commands().parseAsync(argv);
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof TapedeckError)) throw error;
    process.stderr.write(`tapedeck: ${error.message} [${error.code}]\n`);
    process.exit(1);
  }
}

function commands(): Command {
  const program = new Command('tapedeck').description('Records real-time calls: capture first, render from the log.').version('0.1.0');
  program.option('-c, --config <file>', 'configuration file (default: ./tapedeck.config.yaml when it is there)');
  const config = (overrides: Record<string, unknown> = {}): Config => {
    const { config: file } = program.opts<{ config?: string }>();
    const loaded = loadConfig({ env: process.env, file, overrides });
    for (const { name } of unknownVariables(process.env))
      process.stderr.write(`tapedeck: unknown environment variable ${name} is passed over\n`);
    return loaded;
  };
  addServing(program, config);
  addRecordings(program, config);
  addLogs(program, config);
  program
    .command('doctor')
    .description('say what this machine has, what it lacks and how to get it')
    .action(async () => (await import('./cli/doctor.ts')).doctor(config()));
  return program;
}

type ReadConfig = (overrides?: Record<string, unknown>) => Config;

function addServing(program: Command, config: ReadConfig): void {
  program
    .command('up')
    .description('serve until Ctrl-C or SIGTERM')
    .option('--roles <list>', 'roles of this node, comma-separated')
    .option('--port <number>', 'port of the API')
    .action(async (options: { roles?: string; port?: string }) =>
      (await import('./cli/up.ts')).up(config({ roles: options.roles, port: options.port })),
    );
  program
    .command('demo')
    .description('record a call of three synthetic people')
    .option('--once', 'exit when the files are there', false)
    .option('--seconds <number>', 'how long to record', seconds, 20)
    .option('--json', 'last line of standard output: the result as JSON', false)
    .action(async (options: { once: boolean; seconds: number; json: boolean }) => {
      const quiet = process.env['TAPEDECK_LOG_LEVEL'] === undefined ? { logLevel: 'warn' } : {};
      await (await import('./demo/demo.ts')).demo(config(quiet), options);
    });
}

function addRecordings(program: Command, config: ReadConfig): void {
  program
    .command('record')
    .argument('<room>', 'LiveKit room name')
    .description('record a room until Ctrl-C, then wait for the file')
    .option('--layout <name>', 'layout of the composite')
    .option('--out <dir>', 'copy the files there')
    .action(async (room: string, options: { layout?: string; out?: string }) =>
      (await import('./cli/record.ts')).record(config(), room, options),
    );
  program
    .command('list')
    .description('list recordings, newest first')
    .option('--room <room>')
    .option('--state <state>')
    .option('--json', 'as JSON')
    .action(async (options: { room?: string; state?: string; json?: boolean }) => (await import('./cli/list.ts')).list(config(), options));
  program
    .command('render')
    .argument('<id>', 'recording')
    .description('make another output from the kept log and wait for it')
    .option('--layout <name>', 'this layout from the first picture to the last (default: as in the session)')
    .option('--size <WxH>', 'size of the picture, e.g. 1920x1080')
    .option('--formats <list>', 'formats, comma-separated')
    .option('--from <time>', 'recording time of the first instant: seconds, m:ss or h:mm:ss', recordingTime)
    .option('--to <time>', 'recording time of the end', recordingTime)
    .option('--people <list>', 'only these identities, comma-separated; * matches any run of characters')
    .option('--without <list>', 'leave these identities out')
    .option('--json', 'print the render as JSON')
    .action(async (id: string, options: RenderOptions) => (await import('./cli/render.ts')).render(config(), id, options));
}

function addLogs(program: Command, config: ReadConfig): void {
  program
    .command('inspect')
    .argument('<path>', 'folder of a recording, of an epoch, or a segment')
    .description('say what a log holds')
    .option('--json', 'as JSON')
    .action(async (path: string, options: { json?: boolean }) => (await import('./cli/inspect.ts')).inspect(path, options));
  program
    .command('verify')
    .argument('<path>', 'folder of a recording or of an epoch')
    .description(
      'check seals, hash chain and signature; names the first altered bytes (exit code 0 intact, 1 altered, 2 nothing there, 3 not sealed)',
    )
    .option('--key <file>', 'public key that evidence must be signed with (default: this installation’s)')
    .option('--json', 'as JSON')
    .action(async (path: string, options: VerifyOptions) => (await import('./cli/verify.ts')).verify(config(), path, options));
  program
    .command('export-pcap')
    .argument('<path>', 'folder of a recording, of an epoch, or a segment')
    .option('--out <file>', 'where to write', 'recording.pcap')
    .description('write a capture file for Wireshark')
    .action(async (path: string, options: { out: string }) => (await import('./cli/export-pcap.ts')).exportLog(path, options.out));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 86_400)) throw new InvalidArgumentError('a number of seconds from 1 to 86400 is expected.');
  return value;
}

/** ms of `90`, `1:30`, `1:02:03.5`. */
function recordingTime(text: string): number {
  if (!/^(\d+:)?(\d+:)?\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('seconds, m:ss or h:mm:ss is expected.');
  return Math.round(text.split(':').reduce((total, part) => total * 60 + Number(part), 0) * 1000);
}
