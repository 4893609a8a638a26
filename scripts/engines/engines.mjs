import { missing } from '../../packages/local/testing/missing.ts';
import { findFirefox, HOW_TO_GET_FIREFOX } from './find-firefox.mjs';
import { chromiumEngine, firefoxEngine } from './playwright-engine.mjs';
import { findWebKit, webkitEngine } from './webkit-engine.mjs';

/** Every engine, and why it cannot run here. Chromium can be had from npm, so it is always there or an error. */
const ENGINES = {
  chromium: { engine: chromiumEngine, whyNot: () => undefined },
  firefox: { engine: firefoxEngine, whyNot: () => (findFirefox() ? undefined : HOW_TO_GET_FIREFOX) },
  webkit: { engine: webkitEngine, whyNot: () => findWebKit().missing },
};

/** Where nobody names any. Why not the others stands in docs/engines.md. */
const DEFAULT = ['chromium'];

/**
 * The engines to test in: those named in `CHRONOS_ENGINES`, else the default ones that are on this machine; what is not is
 * told.
 *
 * @returns {import('./launcher.mjs').Engine[]}
 */
export function chooseEngines(named = process.env.CHRONOS_ENGINES) {
  const names = named ? named.split(',').map((name) => name.trim()) : DEFAULT;
  return names.flatMap((name) => {
    const known = ENGINES[name];
    if (!known) throw new Error(`CHRONOS_ENGINES names "${name}"; known: ${Object.keys(ENGINES).join(', ')}.`);
    const reason = known.whyNot();
    if (reason && named) throw new Error(`CHRONOS_ENGINES names ${name}: ${reason}.`);
    if (reason) missing(`the player in ${known.engine.name}: ${reason}.`);
    return reason ? [] : [known.engine];
  });
}
