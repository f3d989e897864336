import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { CommandError } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import { patiently } from './patiently.ts';

const pollMs = 250;

/** Asks until the recording is as wanted (or terminal), telling every answer to `onChange`. @throws {CommandError} when it failed. */
export async function waitForRecording(
  api: ApiClient,
  id: string,
  isWanted: (recording: Recording) => boolean,
  onChange: (recording: Recording) => void = () => undefined,
): Promise<Recording> {
  for (;;) {
    const recording = await patiently(() => api.get(id));
    onChange(recording);
    if (isWanted(recording)) return recording;
    if (recording.state === 'failed')
      throw new CommandError(`Recording ${id} failed: ${recording.error?.detail ?? 'no reason given'} (${recording.error?.code ?? ''})`);
    if (isTerminal(recording.state)) return recording;
    await delay(pollMs);
  }
}
