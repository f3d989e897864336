type Listener = (...args: never[]) => void;

/** Listeners as NERTC has them: by name, any payload. Every event is told under its name and under `@` and its name. */
export class NertcEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, callback: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(callback));
  }

  off(event: string, callback: Listener): void {
    this.#listeners.get(event)?.delete(callback);
  }

  once(event: string, callback: Listener): void {
    const once: Listener = (...args) => {
      this.off(event, once);
      callback(...args);
    };
    this.on(event, once);
  }

  emit(event: string, ...args: readonly unknown[]): void {
    for (const name of event.startsWith('@') ? [event] : [event, `@${event}`])
      for (const listener of [...(this.#listeners.get(name) ?? [])]) {
        try {
          (listener as (...values: readonly unknown[]) => void)(...args);
        } catch (error) {
          reportError(error);
        }
      }
  }

  removeAllListeners(): void {
    this.#listeners.clear();
  }
}
