import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmbedControls, EmbedListener, EmbedReport } from './embed.ts';
import { EmbedPlayer } from './embed-player.ts';
import { createMediaError, type MediaFailure } from './media-error.ts';

/** So long a word from before our command may still arrive after it. */
const STALE_MS = 1000;
const nothing = (): void => {};

/** A vendor's player that says what the test lets it say, and the positions at which the media said anything. */
function setUp() {
  let said: EmbedReport = { state: 'cued', time: 0, duration: 30 };
  const hearing: EmbedListener[] = [];
  const commands = { play: nothing, pause: nothing, seek: nothing };
  const controls: EmbedControls = {
    ...commands,
    setRate: nothing,
    setVolume: nothing,
    setMuted: nothing,
    read: () => said,
  };
  const positions: number[] = [];
  const told: string[] = [];
  const player: EmbedPlayer = new EmbedPlayer(
    {
      vendor: {
        createFrame: () => Object.assign(new EventTarget(), { remove: nothing }) as unknown as HTMLIFrameElement,
        connect: (_, listener) => void hearing.push(listener),
        rates: null,
      },
      box: { replaceChildren: nothing } as unknown as HTMLElement,
      settings: { autoplay: false, muted: true, loop: false },
      startTime: 0,
      endTime: Number.POSITIVE_INFINITY,
      onRefined: nothing,
    },
    // As a listener would read it: when all is done that brought the event.
    (...events) => {
      told.push(...events);
      queueMicrotask(() => positions.push(player.time));
    },
  );
  const say = async (report: EmbedReport): Promise<void> => {
    said = { ...said, ...report };
    hearing[0]?.report(said);
    await Promise.resolve();
  };
  const come = (): void => hearing[0]?.ready(controls);
  const fail = (failure: MediaFailure): void => hearing[0]?.fail(failure);
  return { player, positions, told, come, say, fail };
}

describe('EmbedPlayer', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('has not been where it was sent and called back from before it arrived', async () => {
    const { player, positions, come, say } = setUp();
    come();
    player.play();
    await say({ state: 'playing', time: 2 });
    player.seek(20);
    player.seek(2);
    // The vendor has heard of neither yet, and 2 looks like an arrival.
    await say({ state: 'playing', time: 2 });
    positions.length = 0;
    for (const state of ['buffering', 'playing'] as const) await say({ state, time: 20 });
    await say({ state: 'playing', time: 2 });
    expect(positions.filter((position) => position !== 2)).toEqual([]);
    vi.advanceTimersByTime(STALE_MS);
    await say({ state: 'playing', time: 20 });
    expect(player.time, 'dragged there by the viewer').toBe(20);
  });

  it('goes where it was sent last, when dragged over the seek bar', async () => {
    const { player, come, say } = setUp();
    come();
    player.play();
    await say({ state: 'playing', time: 2 });
    for (const target of [10, 10.4, 10.8]) player.seek(target);
    await say({ state: 'playing', time: 10.8 });
    await say({ state: 'playing', time: 11 });
    expect([player.state.target, player.time]).toEqual([null, 11]);
  });

  it('fails once: what is found out later of a silent vendor is the same trouble', () => {
    const { player, told, come, fail } = setUp();
    player.play();
    vi.advanceTimersByTime(8000);
    fail(createMediaError('NETWORK', { message: 'The script did not arrive.', cause: 'script-blocked' }));
    expect([told.filter((name) => name === 'error').length, player.state.error?.cause]).toEqual([1, 'embed-silent']);
    come();
    fail(createMediaError('SRC_NOT_SUPPORTED', { message: 'It was removed.', cause: 100 }));
    expect([told.filter((name) => name === 'error').length, player.state.error?.cause]).toEqual([2, 100]);
  });
});
