import { readdir } from 'node:fs/promises';

/** Returns the epochs in a recording's folder, ascending; empty when the folder is not there. */
export async function listEpochs(recordingDir: string): Promise<readonly number[]> {
  const names = await listNames(recordingDir);
  return names.flatMap((name) => (/^e\d+$/.test(name) ? [Number(name.slice(1))] : [])).sort((a, b) => a - b);
}

/** Returns the track sids of an epoch's folder in name order. */
export async function listTracks(epochDir: string): Promise<readonly string[]> {
  return (await listNames(`${epochDir}/tracks`)).sort();
}

/** Returns the segment numbers in a track's folder, ascending. */
export async function listSegments(trackDir: string): Promise<readonly number[]> {
  const names = await listNames(trackDir);
  return names.flatMap((name) => (/^\d{6,}\.rtplog$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
