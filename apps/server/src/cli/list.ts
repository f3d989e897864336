import type { Config } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import { reachServer } from './with-server.ts';

/** `tapedeck list`: one line per recording, newest first. */
export async function list(
  config: Config,
  options: { readonly room?: string; readonly state?: string; readonly json?: boolean },
): Promise<void> {
  const server = await reachServer(config, createLogger('supervisor', 'warn'));
  try {
    const query = {
      limit: '100',
      ...(options.room !== undefined && { room: options.room }),
      ...(options.state !== undefined && { state: options.state }),
    };
    const { items } = await server.api.list(query);
    if (options.json === true) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`);
    else
      for (const item of items)
        process.stdout.write(`${item.createdAt}  ${item.id}  ${item.state.padEnd(10)}  ${item.files.length} files  ${item.room}\n`);
  } finally {
    await server.close();
  }
}
