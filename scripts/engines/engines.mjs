import { chromiumEngine, firefoxEngine } from './playwright-engine.mjs';
import { webkitEngine } from './webkit-engine.mjs';
import { whyNot } from './why-not.mjs';

const ENGINES = { chromium: chromiumEngine, firefox: firefoxEngine, webkit: webkitEngine };

/**
 * The one engine to test in: Chromium unless `CHRONOS_ENGINE` names another. Never two at once: they would share the vendors'
 * doubles and count each other's requests.
 *
 * @returns {{ name: string, engine: import('./launcher.mjs').Engine }}
 */
export function chooseEngine(name = process.env.CHRONOS_ENGINE || 'chromium') {
  const reason = whyNot(name);
  if (reason) throw new Error(`CHRONOS_ENGINE names ${name}: ${reason}.`);
  return { name, engine: ENGINES[name] };
}
