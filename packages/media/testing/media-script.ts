import { type Media, MEDIA_EVENTS, type MediaEventName } from '../src/media.ts';
import { ENGINE } from './engine.ts';
import { untilState } from './until.ts';

/** One action of the script and the events it caused. */
export interface LoggedAction {
  readonly action: string;
  readonly events: readonly MediaEventName[];
}

interface Action {
  readonly action: string;
  readonly run: (media: Media) => unknown;
  /** When the action has had its full effect. */
  readonly settled: (media: Media) => boolean;
}

const HAVE_ENOUGH_DATA = 4;
const isReady = (media: Media) => media.readyState === HAVE_ENOUGH_DATA && !media.seeking;
/** WebKitGTK need not have more than the picture before it plays on. */
const isThere = (media: Media) => (ENGINE === 'webkit' ? !media.seeking : isReady(media));
const playsBeyond = (seconds: number) => (media: Media) =>
  !media.paused && media.currentTime > seconds && isReady(media);

/** The fixed script: twelve actions on a clip of 30 seconds, begun as soon as the media is mounted and still empty. */
const SCRIPT: readonly Action[] = [
  { action: 'mount', run: () => {}, settled: isReady },
  { action: 'play', run: (media) => media.play(), settled: playsBeyond(0.5) },
  { action: 'pause', run: (media) => media.pause(), settled: (media) => media.paused },
  { action: 'seek to 10 while paused', run: (media) => (media.currentTime = 10), settled: isThere },
  { action: 'play from there', run: (media) => media.play(), settled: playsBeyond(10.5) },
  { action: 'seek to 20 while playing', run: (media) => (media.currentTime = 20), settled: playsBeyond(20.5) },
  { action: 'rate 2', run: (media) => (media.playbackRate = 2), settled: playsBeyond(21.5) },
  { action: 'volume 0.5', run: (media) => (media.volume = 0.5), settled: (media) => media.volume === 0.5 },
  { action: 'mute', run: (media) => (media.muted = true), settled: (media) => media.muted },
  {
    action: 'seek to 29.5 and play to the end',
    run: (media) => (media.currentTime = 29.5),
    settled: (media) => media.ended,
  },
  {
    action: 'replay',
    run: (media) => media.play(),
    settled: (media) => playsBeyond(0.5)(media) && media.currentTime < 5,
  },
  { action: 'load again', run: (media) => media.load(), settled: isReady },
];

/** The network's own pace: how often these come says nothing about the media. */
const NOT_LOGGED: ReadonlySet<MediaEventName> = new Set(['progress', 'suspend', 'stalled']);

/**
 * Plays the script and writes down what the media says. Runs of `timeupdate` count as one.
 *
 * @param media just mounted, in its first task, so that nothing has been said yet.
 * @param wait lets time pass until the media's state is so.
 */
export async function playScript(
  media: Media,
  wait: (isSo: Action['settled']) => Promise<void> = (isSo) => untilState(media, isSo),
): Promise<LoggedAction[]> {
  const log: { action: string; events: MediaEventName[] }[] = [];
  const listening = new AbortController();
  for (const name of MEDIA_EVENTS) {
    const listener = () => {
      const events = log.at(-1)?.events;
      if (events && !NOT_LOGGED.has(name) && (name !== 'timeupdate' || events.at(-1) !== name)) events.push(name);
    };
    media.addEventListener(name, listener, { signal: listening.signal });
  }
  for (const { action, run, settled } of SCRIPT) {
    log.push({ action, events: [] });
    run(media);
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await wait(settled);
  }
  listening.abort();
  return log;
}
