import type MediaController from 'media-chrome/dist/media-controller.js';
import type { ChronosPlayer } from '../src/chronos-player.ts';
import type { PlayerAttributes } from '../src/attributes.ts';
import { CLOCK, mountPlayer, next, until } from './player-fixture.ts';

/** The player's controls, or null while there are none. */
export function controlsOf(player: ChronosPlayer): MediaController | null {
  return player.shadowRoot?.querySelector<MediaController>('media-controller') ?? null;
}

/** One of them by its element's name. */
export function control(player: ChronosPlayer, name: string): HTMLElement {
  const found = controlsOf(player)?.querySelector<HTMLElement>(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

/** A player with a clip that is ready and our controls, not yet loaded. */
export async function mountWithControls(properties: Partial<PlayerAttributes> = {}): Promise<ChronosPlayer> {
  const player = mountPlayer({ src: CLOCK, ...properties });
  player.setAttribute('controls', 'chronos');
  await next(player, 'loadeddata');
  await until(() => player.shadowRoot!.querySelector('.start'));
  return player;
}

/** The viewer comes near: they are loaded and know the media. */
export async function showControls(player: ChronosPlayer): Promise<MediaController> {
  await until(() => {
    player.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, composed: true }));
    return controlsOf(player)?.hasAttribute('mediaduration');
  });
  return controlsOf(player)!;
}

/** A player whose controls are there. */
export async function mountControls(properties: Partial<PlayerAttributes> = {}): Promise<ChronosPlayer> {
  const player = await mountWithControls(properties);
  await showControls(player);
  return player;
}

/** As a key is pressed and let go, with the focus on the controls. */
export function press(player: ChronosPlayer, key: string): void {
  for (const type of ['keydown', 'keyup'])
    controlsOf(player)!.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, composed: true }));
}

/** Moves one of the ranges, as a hand would, to this share of it. */
export function move(player: ChronosPlayer, name: string, share: number): void {
  const input = control(player, name).shadowRoot!.querySelector('input')!;
  input.valueAsNumber = share * Number(input.max);
  input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
}

/** The lines of one of the menus in the settings. */
export function linesOf(player: ChronosPlayer, menu: string): HTMLElement[] {
  return [...control(player, menu).shadowRoot!.querySelectorAll<HTMLElement>('media-chrome-menu-item')];
}

/** What they say, whether or not the menu is open. */
export function wordsOf(player: ChronosPlayer, menu: string): string[] {
  return linesOf(player, menu).map(({ textContent }) => textContent.trim());
}

/** Presses a line of a menu; its words begin like this. */
export function choose(player: ChronosPlayer, menu: string, words: string): void {
  const line = linesOf(player, menu).find(({ textContent }) => textContent.trim().startsWith(words));
  if (!line) throw new Error(`${menu} has no ${words}.`);
  line.click();
}
