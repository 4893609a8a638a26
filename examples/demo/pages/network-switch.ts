/** The page's way to one origin, which can be cut. */
export interface NetworkSwitch {
  /** Every request to the origin fails for a while, as if the network were gone; then the page is told that it is back. */
  cut(milliseconds: number): Promise<void>;
}

/**
 * Puts itself before the page's `fetch`. Make it first: whoever keeps a `fetch` of his own from before cannot be cut off.
 * Requests already under way when it cuts go through.
 */
export function createNetworkSwitch(origin: string): NetworkSwitch {
  const send = globalThis.fetch;
  let isCut = false;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return isCut && url.startsWith(origin) ? Promise.reject(new TypeError('Failed to fetch')) : send(input, init);
  };
  return {
    async cut(milliseconds) {
      isCut = true;
      globalThis.dispatchEvent(new Event('offline'));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      isCut = false;
      globalThis.dispatchEvent(new Event('online'));
    },
  };
}
