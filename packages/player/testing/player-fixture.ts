import type { ChronosPlayer } from '../src/chronos-player.ts';
import type { PlayerAttributes } from '../src/attributes.ts';
import '../src/define.ts';

/** A clip of our own: the time burnt in. */
export const CLOCK = '/examples/clips/clock.mp4';
export const CLOCK_WEBM = '/examples/clips/clock.webm';
export const VIDEO_ID = '11111111-1111-4111-8111-111111111111';

const made = new Set<ChronosPlayer>();

/** A player with these properties in the page, muted unless said otherwise. */
export function mountPlayer(properties: Partial<PlayerAttributes> = {}): ChronosPlayer {
  const player = Object.assign(document.createElement('chronos-player'), { defaultMuted: true, ...properties });
  made.add(player);
  document.body.append(player);
  return player;
}

/** A player written in HTML. */
export function parsePlayer(markup: string): ChronosPlayer {
  const holder = document.createElement('div');
  holder.innerHTML = markup;
  const player = holder.querySelector('chronos-player')!;
  made.add(player);
  document.body.append(player);
  return player;
}

/** Removes every player and waits until they have let go. */
export async function removePlayers(): Promise<void> {
  for (const player of made) player.remove();
  made.clear();
  await task();
  await task();
}

/** Resolves with the next event of this type. */
export function next<Type extends keyof HTMLElementEventMap & string>(
  target: EventTarget,
  type: Type,
): Promise<HTMLElementEventMap[Type]> {
  return new Promise((resolve) =>
    target.addEventListener(type, (event) => resolve(event as HTMLElementEventMap[Type]), { once: true }),
  );
}

/** Everything queued until now has run. */
export function task(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Resolves when the predicate holds; a test that waits for ever fails by the runner's time-out. */
export async function until(predicate: () => unknown): Promise<void> {
  while (!predicate()) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** The visible part of that name, or null. */
export function part(player: ChronosPlayer, name: string): HTMLElement | null {
  const element = player.shadowRoot?.querySelector<HTMLElement>(`[part='${name}']`) ?? null;
  return element?.checkVisibility() ? element : null;
}

/** Waits for the error panel and returns its words. */
export async function panelText(player: ChronosPlayer): Promise<string> {
  await until(() => part(player, 'error'));
  // How many lines apart two blocks are is each engine's own.
  return part(player, 'error')!.innerText.trim().replaceAll(/\n+/g, '\n');
}
