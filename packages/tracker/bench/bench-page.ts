import type { Browser, Page } from 'playwright';
import type { BenchServer } from './bench-server.ts';

/** The page with every meter in it, ready to play. */
export interface BenchPage {
  readonly page: Page;
  /** Bodies of what went to Mux's server. */
  readonly toMux: readonly string[];
  close(): Promise<void>;
}

/** Nothing leaves the machine: Mux's own server is played here, any other is refused. */
export async function openBenchPage(browser: Browser, server: BenchServer): Promise<BenchPage> {
  const context = await browser.newContext();
  const toMux: string[] = [];
  await context.route(
    (url) => url.origin !== server.url,
    async (route) => {
      const isMux = new URL(route.request().url()).hostname.endsWith('.litix.io');
      if (!isMux) return route.abort();
      toMux.push(route.request().postData() ?? '{}');
      return route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, body: '' });
    },
  );
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => typeof window.performScript === 'function');
  return { page, toMux, close: () => context.close() };
}
