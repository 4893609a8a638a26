/**
 * Makes every request to `origin` fail for a while, as if the network were gone; then says so, as a browser would.
 * Requests already under way go through. Resolves when the network is back.
 */
export async function cutNetwork(origin: string, milliseconds: number): Promise<void> {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(origin) ? Promise.reject(new TypeError('Failed to fetch')) : real(input, init);
  };
  globalThis.dispatchEvent(new Event('offline'));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  globalThis.fetch = real;
  globalThis.dispatchEvent(new Event('online'));
}
