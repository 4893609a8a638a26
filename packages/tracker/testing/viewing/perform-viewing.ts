import { SLEEP_MS } from '../../src/steady-clock.ts';
import type { SimulatedPlayer } from './simulated-player.ts';
import { VIEWING_MS, type Act, type Viewing } from './viewing.ts';

/** Nobody does anything else so soon after a replay. */
const REPLAY_MS = 1_000;
/** At the end the viewer comes back to the page and pauses: what runs on is known only as well as its last reading. */
const LAST_MS = 1_000;
/** Between two places of a drag. */
const REST_MS = 20;

/**
 * Plays a script on a player, to the end of its hour. What is left of it after the last act is played through. `onDone` hears
 * of every act when what follows it was played.
 */
export function performViewing(
  player: SimulatedPlayer,
  { acts, durationAfterMs }: Viewing,
  onDone: (act: Act) => void = () => {},
): void {
  const go = (ms: number): void => player.pass(Math.max(0, Math.min(ms, VIEWING_MS - player.awakeMs)));
  player.look('loadedmetadata');
  player.play();
  if (durationAfterMs > 0) {
    go(durationAfterMs);
    player.showDuration();
  }
  for (const act of acts) {
    if (player.awakeMs >= VIEWING_MS) break;
    if (player.play()) go(REPLAY_MS);
    perform(player, act, go);
    player.play();
    go(act.thenMs);
    onDone(act);
  }
  while (player.awakeMs < VIEWING_MS) {
    player.play();
    go(VIEWING_MS / 10);
  }
  player.show();
  player.pass(LAST_MS);
  player.pause();
  player.pass(LAST_MS);
}

function perform(player: SimulatedPlayer, act: Act, go: (ms: number) => void): void {
  const { playhead, facts } = player;
  switch (act.do) {
    case 'pause':
      player.pause();
      return go(act.ms);
    case 'seek':
      return player.seek(act.to * (Number.isFinite(playhead.durationMs) ? playhead.durationMs : facts.durationMs), act);
    case 'step':
      return player.seek(playhead.positionMs + act.byMs, act);
    case 'scrub':
      return scrub(player, act, go);
    case 'rate':
      return player.setRate(act.rate);
    case 'stall':
      return player.stall(act.ms, act);
    case 'hide':
      player.hide(act.everyMs);
      go(act.ms);
      return player.show();
    case 'sleep':
      // A short one looks like a stall to whoever has only a clock, and may.
      if (act.isMonotonic && act.ms < SLEEP_MS) playhead.truth.bufferingMs += act.ms;
      return player.sleep(act.ms, act.isMonotonic);
    case 'setWall':
      return player.setWallBy(act.byMs);
    case 'advertisement':
      // A media element of the page's own shows none.
      return facts.kind === 'native' ? undefined : player.advertise(act.ms);
    case 'block':
      return player.block(act.ms);
    case 'sound':
      return player.setMuted(!act.isOn);
    case 'captions':
      return player.setCaptions(act.isOn);
    case 'duration':
      return player.setDuration(
        act.factor === null ? Infinity : Math.max(playhead.positionMs + act.thenMs, facts.durationMs * act.factor),
      );
  }
}

function scrub(player: SimulatedPlayer, act: Act & { do: 'scrub' }, go: (ms: number) => void): void {
  if (act.isPaused) player.pause();
  for (const place of act.places) {
    player.seek(place * player.facts.durationMs, { manner: 'announced', tookMs: act.everyMs / 2 });
    go(act.everyMs + REST_MS);
  }
}
