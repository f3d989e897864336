import { fork } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerProcess } from '@tapedeck/render/worker-process';

/** A child process of the benchmark, one of `children/`: it gets one job as JSON and answers with messages. Those that render are set up as the product's workers are. */
export class Child<Message> {
  readonly #process;
  readonly #messages: Message[] = [];
  #onMessage: (() => void) | null = null;
  #error: Error | null = null;

  constructor(name: string, job: unknown) {
    const entry = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
    const { execArgv, env } = name === 'render' ? workerProcess : { execArgv: [], env: {} };
    this.#process = fork(entry, [JSON.stringify(job)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...execArgv],
      env: { NODE_COMPILE_CACHE: join(homedir(), '.cache', 'tapedeck', 'node'), ...process.env, ...env }, // as `tapedeck` starts its processes
    });
    this.#process.on('message', (message) => {
      this.#messages.push(message as Message);
      this.#onMessage?.();
    });
    this.#process.on('exit', (code, signal) => {
      this.#error = new Error(`${name} ended with ${signal ?? code}.`);
      this.#onMessage?.();
    });
  }

  /** The next message. @throws {Error} when the child ends without one. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => (this.#onMessage = resolve));
    }
  }

  send(message: string): void {
    this.#process.send(message);
  }

  /** Ends the child if it runs, and resolves when it has gone. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }
}
