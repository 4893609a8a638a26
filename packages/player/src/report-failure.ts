import type { PlayerError, PlayerErrorDetail } from './player-errors.ts';

/** Where every error's page can be read: `docs/errors` as it lies in the repository. The one place that knows its address. */
const ERROR_PAGES_URL = 'https://github.com/chronos-player/chronos/blob/main/docs/errors/';

/** Tells the page by `chronos-error` and the developer by one line in the console. Call it once per failure. */
export async function reportFailure(host: EventTarget, error: PlayerError): Promise<void> {
  const { code, message } = error;
  const known = await import('./fixes.ts').catch(() => null);
  const fix = known?.FIXES[code] ?? 'See';
  const docs = `${ERROR_PAGES_URL}${code}.md`;
  // oxlint-disable-next-line no-console -- the developer's only view of what the viewer's sentence does not say.
  console.error(`[chronos-player] ${code}: ${message}. ${fix}. ${docs}`);
  const detail: PlayerErrorDetail = { code, message, fix, docs };
  host.dispatchEvent(new CustomEvent('chronos-error', { bubbles: true, composed: true, detail }));
}
