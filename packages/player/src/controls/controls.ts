import { adoptStyles } from '../adopt-styles.ts';
import { chooseWords } from '../on-demand.ts';
import type { OwnControlsOptions } from '../own-controls.ts';
import type { PlayerHost } from '../player-host.ts';
import { keepPreferences } from '../preferences.ts';
import { offerChapters } from './chapters.ts';
import { styles } from './controls-styles.ts';
import { createControls } from './create-controls.ts';
import { createStore } from './create-store.ts';
import { holdMediaSession } from './media-session.ts';
import { speak } from './speak.ts';

/** What the controls are of, and what may be kept. */
interface ControlsOptions extends OwnControlsOptions {
  /** May anything be kept in the browser for the viewer's next visit? Asked each time. */
  readonly mayRemember: () => boolean;
}

/** What the viewer asks for by the controls or their keys, and is asked for again at his next visit. */
const REMEMBERED = [
  'mediavolumerequest',
  'mediamuterequest',
  'mediaunmuterequest',
  'mediaplaybackraterequest',
  'mediashowsubtitlesrequest',
  'mediadisablesubtitlesrequest',
  'mediatogglesubtitlesrequest',
] as const;

/**
 * Lays media-chrome's controls over a player's `<video>`, which stays where it is. Gone when the signal is aborted.
 *
 * @returns what is to be called when the player's attributes may have changed.
 * @throws Error where the page's policy leaves them without their style.
 * @see https://www.media-chrome.org
 */
export async function showControls(host: PlayerHost, options: ControlsOptions): Promise<() => void> {
  const { video, described, mayRemember, signal } = options;
  const root = host.shadowRoot as ShadowRoot;
  if (!canStyle(root)) throw new Error('The policy does not let them have their style');
  const [language, { back }] = await Promise.all([speak(host), chooseWords(host)]);
  if (signal.aborted) return () => {};
  const { controller, follow } = createControls(host, { language, back });
  const store = createStore({ host, video });
  controller.mediaStore = store;
  for (const type of REMEMBERED)
    controller.addEventListener(type, () => mayRemember() && keepPreferences(video), { signal });
  const media = root.querySelector<HTMLElement>('[part=media]');
  // Keys are the controls' business, wherever the press that began it all has left the focus.
  media?.addEventListener('focus', () => controller.focus({ preventScroll: true }), { signal });
  adoptStyles(root, styles);
  media?.after(controller);
  if (root.activeElement === media) controller.focus({ preventScroll: true });
  offerChapters(video, {
    chapters: described?.chapters ?? [],
    // Cues come by themselves, later, and nobody else tells of them.
    onCues: () => store.dispatch({ type: 'optionschangerequest', detail: {} }),
    signal,
  });
  holdMediaSession(host, { video, described, signal });
  signal.addEventListener('abort', () => controller.remove(), { once: true });
  return follow;
}

/** Its elements bring their style in markup, as `style-src 'unsafe-inline'` allows. There is no way to know but to try. */
function canStyle(root: ShadowRoot): boolean {
  const style = Object.assign(document.createElement('style'), { textContent: ':host{}' });
  root.append(style);
  const { sheet } = style;
  style.remove();
  return sheet !== null;
}
