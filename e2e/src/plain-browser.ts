import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that scripts hold. */
export interface ScriptHeap {
  readonly scriptBytes: number;
  /** Of array buffers, and what the browser's own objects take on their behalf. */
  readonly bufferBytes: number;
}

/** A tab of a {@link PlainBrowser}. */
export interface PlainTab {
  /** Runs an expression in the tab; waits for its promise. @throws {Error} what the tab threw. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Memory of the scripts of the tab and of its workers, after a collection. */
  heap(): Promise<ScriptHeap>;
  /** Puts the tab in front: the one before becomes hidden. */
  toFront(): Promise<void>;
}

/** Chromium as a user has it: hidden tabs are hidden and slowed down. Playwright keeps every tab visible. */
export interface PlainBrowser {
  readonly pid: number;
  open(url: string): Promise<PlainTab>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly targetInfo?: { readonly type: string } };
  /** The session that an event belongs to. */
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts Chromium without any switch that keeps hidden tabs awake. */
export async function openPlainBrowser(executablePath: string): Promise<PlainBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'tapedeck-profile-'));
  const args = [
    '--no-sandbox',
    '--headless=new',
    '--disable-gpu',
    '--no-first-run',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(executablePath, [...args, '--autoplay-policy=no-user-gesture-required', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /ws:\/\/\S+/.exec(output);
      if (found) resolve(found[0]);
    });
    child.on('exit', () => reject(new Error(`Chromium ended:\n${output.slice(-2000)}`)));
  });
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: Answer) => void>();
  const workers = new Map<string, string[]>();
  const loading = new Map<string, () => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    const { sessionId, targetInfo } = answer.params ?? {};
    if (answer.method === 'Target.attachedToTarget' && targetInfo?.type === 'worker' && sessionId !== undefined)
      workers.get(answer.sessionId ?? '')?.push(sessionId);
    if (answer.method === 'Page.loadEventFired') loading.get(answer.sessionId ?? '')?.();
  });
  let calls = 0;
  const send = async (method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> => {
    const id = ++calls;
    const { result, error } = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  return {
    pid: child.pid ?? 0,
    async open(url) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const sessionId = (await send('Target.attachToTarget', { targetId, flatten: true }))['sessionId'] as string;
      workers.set(sessionId, []);
      await send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }, sessionId);
      // What is evaluated while the tab still goes to its page is thrown away with the page before.
      await send('Page.enable', {}, sessionId);
      const loaded = new Promise<void>((resolve) => loading.set(sessionId, resolve));
      await send('Page.navigate', { url }, sessionId);
      await loaded;
      return {
        async evaluate<Value>(expression: string): Promise<Value> {
          const params = { expression, awaitPromise: true, returnByValue: true };
          const { result, exceptionDetails } = await send('Runtime.evaluate', params, sessionId);
          if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
          return (result as { readonly value: Value }).value;
        },
        async heap() {
          const total = { scriptBytes: 0, bufferBytes: 0 };
          for (const session of [sessionId, ...(workers.get(sessionId) ?? [])]) {
            await send('HeapProfiler.collectGarbage', {}, session);
            const usage = (await send('Runtime.getHeapUsage', {}, session)) as Record<string, number>;
            total.scriptBytes += usage['usedSize'] ?? 0;
            total.bufferBytes += (usage['embedderHeapUsedSize'] ?? 0) + (usage['backingStorageSize'] ?? 0);
          }
          return total;
        },
        async toFront() {
          await send('Target.activateTarget', { targetId });
        },
      };
    },
    async close() {
      socket.close();
      const gone = once(child, 'exit');
      child.kill();
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
