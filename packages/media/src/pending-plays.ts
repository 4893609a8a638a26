/** The promises of `play()`: all that are open settle together, as on a media element. */
export class PendingPlays {
  #open: Pending[] = [];

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** One more promise. Whoever does not look at it gets no "unhandled rejection". */
  add(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.#open.push({ resolve, reject });
    });
    promise.catch(() => {});
    return promise;
  }

  resolve(): void {
    for (const { resolve } of this.#take()) resolve();
  }

  /** @param cause what the vendor called it, or why we gave up. */
  reject(name: 'AbortError' | 'NotAllowedError' | 'NotSupportedError', message: string, cause?: string | number): void {
    for (const { reject } of this.#take()) {
      reject(Object.assign(new DOMException(message, name), cause === undefined ? {} : { cause }));
    }
  }

  #take(): Pending[] {
    const open = this.#open;
    this.#open = [];
    return open;
  }
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (reason: DOMException) => void;
}
