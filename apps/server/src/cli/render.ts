import type { Config } from '../config/config.ts';
import { createLogger } from '../log/logger.ts';
import { waitForRecording } from './follow-recording.ts';
import { reachServer } from './with-server.ts';

/** `tapedeck render ID`: makes another composite from the kept log and waits for it. */
export async function render(config: Config, id: string, options: { readonly layout?: string }): Promise<void> {
  const server = await reachServer(config, createLogger('supervisor', 'warn'));
  try {
    const before = new Set((await server.api.get(id)).files.map((file) => file.id));
    await server.api.render(id, { type: 'composite', formats: ['mp4'], layout: { name: options.layout ?? 'grid' } });
    const isNew = (file: { readonly id: string }): boolean => !before.has(file.id);
    for (;;) {
      const recording = await waitForRecording(server.api, id, () => true);
      const file = recording.files.find(isNew);
      if (file === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 500)); // the queue tells no one outside the server: ask again
        continue;
      }
      process.stdout.write(`${file.key}\n${file.url ?? ''}\n`);
      return;
    }
  } finally {
    await server.close();
  }
}
