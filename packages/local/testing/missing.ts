import { appendFileSync, existsSync } from 'node:fs';

/** Where scripts/check.mjs looks for what was not tested. */
const SKIPPED = new URL('../../../test-results/skipped.txt', import.meta.url);

/**
 * Notes that something cannot be tested on this machine, so that nobody takes silence for success: printed now and again
 * under the table of `npm test`.
 *
 * @param reason what is not tested and how to get it, in one line.
 * @returns the reason.
 * @throws Error where everything is required: continuous integration sets `CHRONOS_REQUIRE=all`.
 */
export function missing(reason: string): string {
  if (process.env.CHRONOS_REQUIRE === 'all') throw new Error(`CHRONOS_REQUIRE=all, but not tested here: ${reason}`);
  console.warn(`Not tested here: ${reason}`);
  if (existsSync(new URL('.', SKIPPED))) appendFileSync(SKIPPED, `${reason}\n`);
  return reason;
}
