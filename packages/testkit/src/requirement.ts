import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program that some tests drive and that not every machine has. */
export type RequirementName = 'chromium' | 'livekit' | 's3' | 'redis' | 'tshark' | 'ffmpeg' | 'xvfb' | 'go' | 'python';

interface Program {
  /** Environment variable that names the binary. */
  readonly variable: string;
  readonly names: readonly string[];
  readonly howToGet: string;
}

const PROGRAMS: Readonly<Record<RequirementName, Program>> = {
  chromium: {
    variable: 'TAPEDECK_CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    howToGet: 'apt-get install chromium',
  },
  livekit: {
    variable: 'TAPEDECK_LIVEKIT_BIN',
    names: ['livekit-server', 'server'],
    howToGet: 'go install github.com/livekit/livekit-server/cmd/server@v1.13.5',
  },
  s3: {
    variable: 'TAPEDECK_VERSITYGW_BIN',
    names: ['versitygw'],
    howToGet: 'go install github.com/versity/versitygw/cmd/versitygw@v1.8.0',
  },
  redis: { variable: 'TAPEDECK_REDIS_BIN', names: ['redis-server'], howToGet: 'apt-get install redis-server' },
  tshark: { variable: 'TAPEDECK_TSHARK', names: ['tshark'], howToGet: 'apt-get install tshark' },
  ffmpeg: { variable: 'TAPEDECK_FFMPEG', names: ['ffmpeg'], howToGet: 'apt-get install ffmpeg' },
  go: { variable: 'TAPEDECK_GO', names: ['go'], howToGet: 'https://go.dev/dl (the modules that a test needs are fetched by it)' },
  python: {
    variable: 'TAPEDECK_PYTHON',
    names: ['python3'],
    howToGet: 'apt-get install python3-pip (the packages that a test needs are fetched by it)',
  },
  xvfb: { variable: 'TAPEDECK_XVFB', names: ['Xvfb'], howToGet: 'apt-get install xvfb' },
};

/**
 * The absolute path of a program that a test needs, or null after a loud line on stderr that says how to get it.
 *
 * Looked for in its environment variable, `PATH`, `~/.cache/tapedeck/bin` and `~/go/bin`, in this order. Use as
 * `const chromium = requirement('chromium'); describe.skipIf(chromium === null)(…)`.
 *
 * @throws {Error} when it is missing and `TAPEDECK_REQUIRE` (comma-separated names) lists it: then the test file fails.
 */
export function requirement(name: RequirementName, environment: NodeJS.ProcessEnv = process.env): string | null {
  const program = PROGRAMS[name];
  const path = locate(program, environment);
  if (path !== null) return path;
  const message = `${name} is missing. Get it with: ${program.howToGet} (or point ${program.variable} at it).`;
  if ((environment['TAPEDECK_REQUIRE'] ?? '').split(',').includes(name)) throw new Error(`Required by TAPEDECK_REQUIRE: ${message}`);
  console.warn(`SKIPPED TESTS: ${message}`);
  return null;
}

function locate(program: Program, environment: NodeJS.ProcessEnv): string | null {
  const named = environment[program.variable];
  if (named) return isExecutable(named) ? named : null;
  const cache = environment['TAPEDECK_CACHE_DIR'] ?? join(homedir(), '.cache', 'tapedeck');
  const installed = [join(cache, 'bin'), cache, join(homedir(), 'go', 'bin')];
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const binary of program.names) {
    // A binary called just "server" is only ours where `go install` puts it.
    for (const folder of binary === 'server' ? installed : [...onPath, ...installed]) {
      const path = join(folder, binary);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
