/** Launch options for Playwright's `chromium`. Throws an Error that says how to get a browser. */
export function findChromium(): Promise<{
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}>;
