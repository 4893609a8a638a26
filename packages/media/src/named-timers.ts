/** Timers by name: setting one anew replaces it, and all end together. */
export class NamedTimers<Name extends string> {
  readonly #timers = new Map<Name, ReturnType<typeof setTimeout>>();

  set(name: Name, ms: number, run: () => void): void {
    this.clear(name);
    this.#timers.set(name, setTimeout(run, ms));
  }

  clear(...names: readonly Name[]): void {
    for (const name of names) clearTimeout(this.#timers.get(name));
  }

  clearAll(): void {
    this.clear(...this.#timers.keys());
  }
}
