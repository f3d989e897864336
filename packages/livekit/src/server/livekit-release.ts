/** The server version that this package is tested with, and the only one it downloads or builds. */
export const LIVEKIT_VERSION = '1.13.5';

/** Where releases are published; `<base>/v<version>/<file>`. */
export const LIVEKIT_RELEASES_URL = 'https://github.com/livekit/livekit/releases/download';

const systems: Readonly<Record<string, string>> = { linux: 'linux', win32: 'windows' };
const machines: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'armv7' };

/** File name of the release archive for a system, or null when none is published for it. */
export function releaseArchiveName(platform: string, machine: string): string | null {
  const system = systems[platform];
  const cpu = machines[machine];
  if (system === undefined || cpu === undefined) return null;
  return `livekit_${LIVEKIT_VERSION}_${system}_${cpu}.${system === 'windows' ? 'zip' : 'tar.gz'}`;
}
