import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';

/** Below the range from which systems take ports for outgoing connections: nobody gets one of these by chance. */
const firstPort = 20_000;
const ports = 12_000;
const attempts = 50;

/**
 * The port on which the API of a data directory will listen when the configuration leaves it open: the one of the last time when it is free, else another free one. It must
 * be known before the LiveKit server starts, which is told where its webhooks go and may outlive the API.
 */
export async function chooseApiPort(dataDir: string, host: string): Promise<number> {
  const path = join(dataDir, 'api.port');
  const remembered = readPort(path);
  if (remembered !== null && (await isFree(remembered, host))) return remembered;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = firstPort + Math.floor(Math.random() * ports);
    if (!(await isFree(port, host))) continue;
    writeFileSync(path, `${port}\n`);
    return port;
  }
  return 0;
}

function readPort(path: string): number | null {
  try {
    const port = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
