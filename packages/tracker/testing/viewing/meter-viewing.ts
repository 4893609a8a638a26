import type { Media } from '@chronos-player/media';
import { beginSession, observe, totals, type Session } from '../../src/meter.ts';
import { readSample } from '../../src/read-sample.ts';
import type { SimulatedPlayer } from './simulated-player.ts';

const CAPTIONS: readonly { mode: string; kind: string }[] = [{ mode: 'showing', kind: 'captions' }];

/** What the tracker reads of a simulated player: a media element's properties, as the page is shown them. */
export class ShownMedia {
  readonly #player: SimulatedPlayer;
  readonly error: null = null;
  readonly volume: number = 1;

  constructor(player: SimulatedPlayer) {
    this.#player = player;
  }

  get currentTime(): number {
    return this.#player.readingMs / 1000;
  }
  get duration(): number {
    return this.#player.shown.durationMs / 1000;
  }
  get paused(): boolean {
    return this.#player.shown.paused;
  }
  get ended(): boolean {
    return this.#player.shown.ended;
  }
  get seeking(): boolean {
    return this.#player.shown.seeking;
  }
  get readyState(): number {
    return this.#player.shown.readyState;
  }
  get playbackRate(): number {
    return this.#player.shown.rate;
  }
  get muted(): boolean {
    return this.#player.shown.isMuted;
  }
  get textTracks(): readonly { mode: string; kind: string }[] {
    return this.#player.playhead.isCaptioned ? CAPTIONS : [];
  }
}

/** A meter that looks at a simulated player as `trackMedia` does, without all that comes after the meter. */
export function meterPlayer(player: SimulatedPlayer): { readonly session: Session } {
  const media = new ShownMedia(player) as unknown as Media;
  const staleMs = player.facts.kind === 'native' ? 0 : 250;
  let session = beginSession({ staleMs, completionThreshold: 90, atMs: player.now() });
  player.look = (event) => {
    const read = readSample(media, { atMs: player.now(), isHidden: player.playhead.isHidden, event });
    const sample = player.shown.isAd ? { ...read, state: 'ad' as const } : read;
    session = observe(session, sample);
    return sample.state === 'playing';
  };
  return {
    get session() {
      return session;
    },
  };
}

/** What a meter said in the end. */
export interface Said {
  readonly watchMs: number;
  readonly contentMs: number;
  readonly coverage: ReturnType<typeof totals>['coverage'];
  readonly counters: Session['counters'];
  readonly milestones: readonly number[];
  readonly isCompleted: boolean;
}

export function readMeter(session: Session): Said {
  const { watchTimeMs, contentMs, coverage } = totals(session);
  const { counters, milestones, isCompleted } = session;
  return { watchMs: watchTimeMs, contentMs, coverage, counters, milestones, isCompleted };
}
