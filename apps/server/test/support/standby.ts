import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when the node says that a recorder could take over this moment. */
export async function untilStandby(url: string): Promise<void> {
  for (;;) {
    const text = await fetch(`${url}/metrics`).then(
      async (answer) => answer.text(),
      () => '',
    );
    if (Number(/^tapedeck_recorder_standbys (\d+)/m.exec(text)?.[1] ?? 0) > 0) return;
    await delay(20);
  }
}
