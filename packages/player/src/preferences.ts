/** How a viewer likes to watch: kept by his browser for this site, with his consent alone. */
export interface Preferences {
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly rate: number;
  /** BCP 47; empty: he wants none. Absent: he never said. */
  readonly captions?: string;
}

/** Whose {@link Preferences}, and for how long they are followed. */
export interface FollowOptions {
  /** Does the page want it silent? Then that counts. */
  readonly isMuted: boolean;
  readonly signal: AbortSignal;
}

const KEY = 'chronos-preferences';
const MOST_RATE = 16;
const MOST_LANGUAGE_LENGTH = 35;

/** Has a `<video>` begin as this viewer left the last one. What the page has set is left as it is. */
export function followPreferences(video: HTMLVideoElement, options: FollowOptions): void {
  const { isMuted, signal } = options;
  const known = readPreferences();
  if (!known) return;
  if (video.volume === 1) video.volume = known.volume;
  if (known.muted && !isMuted) video.muted = true;
  if (video.playbackRate === 1) video.playbackRate = known.rate;
  const { captions } = known;
  if (captions === undefined) return;
  const choose = (): void => chooseCaptions(video, captions);
  video.textTracks.addEventListener('addtrack', choose, { signal });
  choose();
}

/** As the `<video>` is now. */
export function keepPreferences({ volume, muted, playbackRate: rate, textTracks }: HTMLVideoElement): void {
  const all = captionsOf(textTracks);
  const captions =
    all.length > 0 ? (all.find(({ mode }) => mode === 'showing')?.language ?? '') : readPreferences()?.captions;
  const preferences: Preferences = { volume, muted, rate, ...(captions !== undefined && { captions }) };
  withStorage((storage) => storage.setItem(KEY, JSON.stringify(preferences)));
}

/** He takes his consent back. */
export function forgetPreferences(): void {
  withStorage((storage) => storage.removeItem(KEY));
}

/** null: there are none, or nobody can know. Whatever else lies there is not believed. */
export function readPreferences(): Preferences | null {
  const said = withStorage((storage) => JSON.parse(storage.getItem(KEY) ?? 'null') as unknown);
  if (typeof said !== 'object' || said === null) return null;
  const { volume, muted, rate, captions } = said as Readonly<Record<string, unknown>>;
  const isLanguage = typeof captions === 'string' && captions.length <= MOST_LANGUAGE_LENGTH;
  return {
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : 1,
    muted: muted === true,
    rate: typeof rate === 'number' && rate > 0 && rate <= MOST_RATE ? rate : 1,
    ...(isLanguage && { captions }),
  };
}

/** Captions of his language, and no others; of a language that is not there, whatever the page shows. */
function chooseCaptions({ textTracks }: HTMLVideoElement, language: string): void {
  const all = captionsOf(textTracks);
  const wanted = all.find((track) => track.language === language);
  if (language !== '' && !wanted) return;
  for (const track of all) track.mode = track === wanted ? 'showing' : 'disabled';
}

function captionsOf(tracks: TextTrackList): TextTrack[] {
  return [...tracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles');
}

/** A blocked storage throws at its mere mention. */
function withStorage<Value>(use: (storage: Storage) => Value): Value | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
