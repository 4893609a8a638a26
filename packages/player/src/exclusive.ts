/** Between players of one page, of one copy of this module or of two. */
const PLAYS = 'chronos-player.plays';

/** What takes turns: the element. */
interface Player extends EventTarget {
  readonly exclusive: 'on' | 'off';
  pause(): void;
}

/** One plays at a time: whoever begins, the others pause, unless they were told not to mind. */
export function takeTurns(player: Player, signal: AbortSignal): void {
  const onPlay = (): void => void document.dispatchEvent(new CustomEvent(PLAYS, { detail: player }));
  const onOther = (event: Event): void => {
    if ((event as CustomEvent).detail !== player && player.exclusive !== 'off') player.pause();
  };
  player.addEventListener('play', onPlay, { signal });
  document.addEventListener(PLAYS, onOther, { signal });
}
