import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { testPair } from './server-process.ts';

const run = promisify(execFile);
const script = `import sys,json,zipfile
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print(json.dumps({i.filename: i.file_size for i in z.infolist()}))`;

/** Downloads the archive of a recording to `path` and lets another program (Python's zipfile) check every CRC: name → size in bytes. */
export async function readArchive(url: string, recordingId: string, path: string): Promise<Readonly<Record<string, number>>> {
  const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
  const answer = await fetch(`${url}/v1/recordings/${recordingId}/archive`, { headers: { authorization } });
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  return JSON.parse((await run('python3', ['-c', script, path])).stdout) as Record<string, number>;
}
