import { expect } from '@esm-bundle/chai';
import type { MediaEventName } from '../../src/media.ts';
import { type LoggedAction, playScript } from '../media-script.ts';
import { untilEvent, untilState } from '../until.ts';
import { type Differences, isReady, type MediaContract, type Mount } from './contract.ts';

/** A machine too busy to decode in time has true `waiting`s to tell, which the golden log has not. */
const ATTEMPTS = 3;

/** What is said, when, and what is already true then. */
export function describeEvents({ differences }: MediaContract, mount: Mount): void {
  it('says what a native <video> says, in the same order', async () => {
    const response = await fetch(new URL('../golden-event-log.json', import.meta.url));
    const compare = (log: readonly LoggedAction[]): LoggedAction[] => withoutEvents(log, differences);
    const { says = {} } = differences ?? {};
    const native = (await response.json()) as LoggedAction[];
    const golden = compare(native.map(({ action, events }) => ({ action, events: says[action] ?? events })));
    let log: LoggedAction[] = [];
    for (let attempt = 0; attempt < ATTEMPTS && JSON.stringify(log) !== JSON.stringify(golden); attempt++) {
      const { media, destroy } = mount();
      // oxlint-disable-next-line no-await-in-loop -- only if the one before stumbled
      log = compare(await playScript(media));
      destroy();
    }
    expect(log).to.deep.equal(golden);
  });

  it('has changed its state before it says so', async () => {
    const { media } = mount(undefined, { muted: true });
    await untilState(media, isReady);
    const seen: Record<string, unknown> = {};
    const listening = new AbortController();
    const look = (name: MediaEventName, read: () => unknown) =>
      media.addEventListener(name, () => (seen[name] ??= read()), { signal: listening.signal });
    look('play', () => media.paused);
    look('playing', () => [media.paused, media.readyState >= 3]);
    look('seeking', () => [media.seeking, media.currentTime]);
    look('seeked', () => media.seeking);
    look('ratechange', () => media.playbackRate);
    look('volumechange', () => media.volume);
    look('pause', () => media.paused);
    await media.play();
    media.currentTime = 12;
    await untilEvent(media, 'seeked');
    media.playbackRate = 1.5;
    media.volume = 0.25;
    await untilEvent(media, 'volumechange');
    media.pause();
    await untilEvent(media, 'pause');
    listening.abort();
    const truth = { play: false, playing: [false, true], seeking: [true, 12], seeked: false };
    const rate = differences?.hasOneRate ? {} : { ratechange: 1.5 };
    expect(seen).to.deep.equal({ ...truth, ...rate, volumechange: 0.25, pause: true });
  });

  it('neither bubbles its events nor lets them leave the shadow', async () => {
    const { media } = mount(undefined, { muted: true });
    await untilState(media, isReady);
    const playing = untilEvent(media, 'playing');
    await media.play();
    expect(await playing).to.include({ bubbles: false, composed: false });
  });
}

function withoutEvents(
  log: readonly LoggedAction[],
  { neverSays = [], repeats = [], loadsQuietly = false }: Differences = {},
): LoggedAction[] {
  const isLeftOut = new Set<MediaEventName>([...neverSays, ...repeats]);
  const isOfOldSource = new Set<MediaEventName>(['timeupdate', 'ratechange']);
  return log.map(({ action, events }) => ({
    action,
    events: events
      .filter((name) => !isLeftOut.has(name))
      .filter((name) => !(loadsQuietly && action === 'load again' && isOfOldSource.has(name)))
      // Two ticks with only what is left out between them are one.
      .filter((name, index, all) => name !== 'timeupdate' || all[index - 1] !== name),
  }));
}
