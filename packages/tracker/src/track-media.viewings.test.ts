import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anyViewing } from '../testing/viewing/any-viewing.ts';
import { embedPlayer, timersOf } from '../testing/viewing/embed-viewing.ts';
import { findErrors } from '../testing/viewing/errors.ts';
import type { HeardMedia } from '../testing/viewing/heard-media.ts';
import { performViewing } from '../testing/viewing/perform-viewing.ts';
import { findBroken, PROMISED } from '../testing/viewing/prove.ts';
import { SimulatedPlayer } from '../testing/viewing/simulated-player.ts';
import { trackPlayer } from '../testing/viewing/track-viewing.ts';
import type { SourceKind, Viewing } from '../testing/viewing/viewing.ts';

const HOURS = 30;
/** Two looks are so far apart at most, seconds; at twice the speed that is twice as much of the video. */
const BETWEEN = 0.5;

/** What nobody could see through a media's properties is left out: they have none that says "advertisement". */
const withoutAds = ({ acts, ...facts }: Viewing): Viewing => ({
  ...facts,
  acts: acts.filter((act) => act.do !== 'advertisement'),
});

describe('trackMedia, through random hours', { timeout: 120_000 }, () => {
  let player: SimulatedPlayer | null = null;

  beforeEach(() => {
    const get = (): string => (player?.playhead.isHidden ? 'hidden' : 'visible');
    vi.stubGlobal('document', Object.defineProperty({}, 'visibilityState', { get }));
  });
  afterEach(() => {
    player = null;
    vi.unstubAllGlobals();
  });

  /** Which promises were broken, in some hours; the worst of them are printed. */
  async function track(
    kind: SourceKind,
    what: string,
    see?: (player: SimulatedPlayer) => HeardMedia,
  ): Promise<object[]> {
    const broken: object[] = [];
    let [worstWatch, worstCoverage] = [0, 0];
    for (const viewing of fc.sample(anyViewing(kind).map(withoutAds), { numRuns: HOURS, seed: 5 })) {
      player = new SimulatedPlayer(viewing);
      const tracked = trackPlayer(player, see?.(player));
      // The first look comes after whoever called could listen.
      await Promise.resolve();
      performViewing(player, viewing);
      tracked.tracking.stop();
      const { said } = tracked;
      const errors = findErrors(said, player.playhead.truth);
      // What was played between the last look of a session and the first of the next is neither's.
      const between = (said.sessions - 1) * BETWEEN;
      const because = findBroken(errors, {
        watch: PROMISED.watch + between,
        coverage: PROMISED.coverage + 2 * between,
      });
      if (because.length > 0) broken.push({ because, viewing });
      worstWatch = Math.max(worstWatch, Math.abs(errors.watch));
      worstCoverage = Math.max(worstCoverage, Math.abs(errors.coverage));
    }
    console.info(`${what}, ${HOURS} hours: watch ${worstWatch.toFixed(3)} s, coverage ${worstCoverage.toFixed(3)} s`);
    return broken;
  }

  it.each<SourceKind>(['native', 'polled', 'reported'])(
    'what its sessions tell adds up to within 0.5 s of watch time and 1 s of coverage, %s',
    async (kind) => expect(await track(kind, `trackMedia, ${kind}`)).toEqual([]),
  );

  it('so it does through the base that all embeds share', async () => {
    const broken = await track('polled', 'trackMedia, through the embed base', (embedded) => {
      for (const [name, value] of Object.entries(timersOf(embedded))) vi.stubGlobal(name, value);
      return embedPlayer(embedded);
    });
    expect(broken).toEqual([]);
  });
});
