import type { EmbedReport, EmbedWord, ScriptedEmbed } from '@chronos-player/media/testing';
import { scriptEmbed } from '@chronos-player/media/testing';
import { createListeners, type HeardMedia } from './heard-media.ts';
import type { SimulatedPlayer } from './simulated-player.ts';

const HAVE_FUTURE_DATA = 3;
/** The menu of YouTube, the vendor that is asked. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
/** What a vendor tells unasked: that its state or its rate has changed. */
const CHANGES = new Set(['play', 'playing', 'pause', 'waiting', 'seeked', 'ended', 'ratechange']);

/** What the tracker reads of an embed, as `EmbedMedia` has it. */
class EmbedShow {
  readonly #player: ScriptedEmbed['player'];

  constructor(player: ScriptedEmbed['player']) {
    this.#player = player;
  }

  get currentTime(): number {
    return this.#player.time;
  }
  get duration(): number {
    return this.#player.state.duration;
  }
  get paused(): boolean {
    return this.#player.state.paused;
  }
  get ended(): boolean {
    return this.#player.state.ended;
  }
  get seeking(): boolean {
    return this.#player.state.isReady && this.#player.state.target !== null;
  }
  get readyState(): number {
    return this.#player.state.readyState;
  }
  get error(): unknown {
    return this.#player.state.error;
  }
  get playbackRate(): number {
    return this.#player.settings.rate;
  }
  get volume(): number {
    return this.#player.settings.volume;
  }
  get muted(): boolean {
    return this.#player.settings.muted;
  }
}

/**
 * A simulated player as the vendor behind the embed base, which asks it four times a second and believes it what it believes
 * any vendor. The globals' timers and clock have to be the page's: see {@link timersOf}.
 */
export function embedPlayer(player: SimulatedPlayer): HeardMedia {
  const listeners = createListeners();
  const embed = scriptEmbed({
    read: () => readPlayer(player),
    rates: RATES,
    tell: (...events) => events.forEach(listeners.say),
  });
  const say = (event: string): void => {
    // Whoever seeks through the page asks the embed for it.
    if (event === 'seeking') embed.player.seek((player.shown.targetMs ?? 0) / 1000);
    else if (CHANGES.has(event)) embed.report(readPlayer(player));
  };
  return Object.assign(new EmbedShow(embed.player), { ...listeners, say }) as unknown as HeardMedia;
}

function readPlayer({ shown, readingMs }: SimulatedPlayer): EmbedReport {
  const { durationMs, rate, isMuted } = shown;
  return {
    state: wordOf(shown),
    time: readingMs / 1000,
    duration: Number.isNaN(durationMs) ? 0 : durationMs / 1000,
    rate,
    volume: 1,
    muted: isMuted,
  };
}

function wordOf({ ended, paused, readyState }: SimulatedPlayer['shown']): EmbedWord {
  if (ended) return 'ended';
  if (paused) return 'paused';
  return readyState < HAVE_FUTURE_DATA ? 'buffering' : 'playing';
}

/** The globals that an embed's time is made of, as a simulated page has them. */
export function timersOf(page: SimulatedPlayer): Readonly<Record<string, unknown>> {
  return {
    performance: { now: page.clock.now },
    setTimeout: (run: () => void, ms = 0) => page.setTimer(run, ms),
    clearTimeout: (id?: number) => page.clearTimer(id),
    setInterval: (run: () => void, ms = 0) => page.setTimer(run, ms, { isRepeated: true }),
    clearInterval: (id?: number) => page.clearTimer(id),
  };
}
