/** Listeners by event. One that throws does not keep others from hearing. */
export class TypedEvents<Events extends Record<keyof Events, readonly unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<unknown>>();

  /** Returns what takes the listener off again. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<unknown>();
    this.#listeners.set(name, listeners.add(listener));
    return () => this.off(name, listener);
  }

  off<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (...values: Events[Name]) => void)(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
