import type { EmbedControls, EmbedListener, EmbedVendor } from './embed.ts';

/** As often as vendors refresh their position. */
const POLL_MS = 250;

/** What one iframe's life tells beside the vendor's own words. */
export interface EmbedConnectionListener extends EmbedListener {
  /** The iframe was put elsewhere and has lost everything: connect anew. */
  reload(): void;
}

/** One iframe of a vendor, from its being put in to its removal. A fresh start is a fresh connection. */
export class EmbedConnection {
  readonly #frame: HTMLIFrameElement;
  readonly #listener: EmbedConnectionListener;
  readonly #ending = new AbortController();
  #poll: ReturnType<typeof setInterval> | undefined;
  /** null until the vendor's player takes commands. */
  controls: EmbedControls | null = null;

  constructor(vendor: EmbedVendor, box: HTMLElement, listener: EmbedConnectionListener) {
    this.#listener = listener;
    this.#frame = vendor.createFrame();
    const { signal } = this.#ending;
    let hasLoaded = false;
    const onLoad = (): void => {
      // Moved in the page other than by `moveBefore`, an iframe loads again and the old player is gone.
      if (hasLoaded) this.#listener.reload();
      hasLoaded = true;
    };
    this.#frame.addEventListener('load', onLoad, { signal });
    box.replaceChildren(this.#frame);
    vendor.connect(this.#frame, this.#hearing(signal), signal);
  }

  /** Asks the vendor's player four times a second, where it has to be asked. */
  watch(isMoving: boolean): void {
    const { controls } = this;
    if (isMoving && controls?.read) this.#poll ??= setInterval(() => this.#ask(), POLL_MS);
    else if (!isMoving) this.#rest();
  }

  close(): void {
    this.#ending.abort();
    this.#rest();
    this.controls = null;
    this.#frame.remove();
  }

  #ask(): void {
    const report = this.controls?.read?.();
    if (report) this.#listener.report(report);
  }

  #rest(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  /** Whatever comes after the end is late and not heard. */
  #hearing(signal: AbortSignal): EmbedListener {
    const listener = this.#listener;
    return {
      ready: (controls) => {
        if (signal.aborted) return;
        this.controls = controls;
        listener.ready(controls);
      },
      report: (report) => signal.aborted || listener.report(report),
      refuse: () => signal.aborted || listener.refuse(),
      fail: (failure) => signal.aborted || listener.fail(failure),
      refine: (refinement) => signal.aborted || listener.refine(refinement),
    };
  }
}
