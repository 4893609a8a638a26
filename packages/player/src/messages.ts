import { EN, type CommonWords, type Words } from './messages/en.ts';
import type { PlayerError, PlayerErrorCode } from './player-errors.ts';

/** What is said to the viewer about a failure, on the player. */
export interface FailureMessage {
  /** Absent: he is not bothered with it. */
  readonly viewer?: string;
  /** Can it be over by itself? Then he is offered to try again. */
  readonly isPassing: boolean;
}

/** The viewer's sentence has the code's own name among the words. For these it has another's. */
const SAID_AS: { readonly [Code in PlayerErrorCode]?: keyof Words } = {
  'embed-invalid': 'source-unknown',
  'embed-referrer': 'source-unknown',
  'csp-unsupported': 'source-unknown',
  'backend-outdated': 'source-unknown',
  'key-missing': 'source-unknown',
  'key-rejected': 'source-unknown',
  'player-incomplete': 'backend-unreachable',
};
/** Viewer's sentences for `media-failed`, by MediaError code. */
const MEDIA_FAILED = { 1: 'stopped', 2: 'connectionLost', 3: 'damaged', 4: 'notFound' } as const;

const PASSING: readonly PlayerErrorCode[] = [
  'media-failed',
  'embed-blocked',
  'embed-broken',
  'embed-silent',
  'backend-unreachable',
  'sign-in-expired',
  'player-incomplete',
  'mark-anonymous',
  'mark-unsaved',
];

/** The words of the page's language for this element. Nothing is loaded for English. */
export async function chooseWords(host: Element): Promise<CommonWords & Partial<Words>> {
  if (host.matches(':lang(en)')) return EN;
  const words = await import('./messages/languages.ts').then(
    ({ languageOf, loadWords }) => loadWords(languageOf(host)),
    () => null,
  );
  return words ?? EN;
}

/** The words for a failure, in a language of the viewer's. */
export function describeFailure(
  { code, mediaCode }: Pick<PlayerError, 'code' | 'mediaCode'>,
  words: CommonWords = EN,
): FailureMessage {
  const name = code === 'media-failed' ? MEDIA_FAILED[mediaCode] : (SAID_AS[code] ?? code);
  const viewer = Reflect.get(words, name) as string | undefined;
  return { ...(viewer && { viewer }), isPassing: PASSING.includes(code) };
}
