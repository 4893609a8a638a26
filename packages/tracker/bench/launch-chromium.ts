import { chromium, type Browser } from 'playwright';
import { findChromium } from '../../../scripts/find-chromium.mjs';

/** A Chromium that plays without being clicked. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, args, env } = await findChromium();
  return chromium.launch({ executablePath, env, args: [...args, '--autoplay-policy=no-user-gesture-required'] });
}
