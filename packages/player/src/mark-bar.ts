import type { CSSResult } from '@lit/reactive-element';
import { below, styles, within } from './mark-bar-styles.ts';

/**
 * YouTube's frame has to keep this height beside the bar. A phone held upright gives a player little more.
 *
 * @see https://developers.google.com/youtube/terms/required-minimum-functionality#embedded-player-size
 */
const LEAST_PX = 200;

/**
 * A bar below what plays, never over it: the media's box is as much smaller while it is there, or where it would become too
 * small, the bar hangs below the player.
 */
export interface MarkBar {
  /** Says this beside the button. Text, never markup. */
  say(sentence: string): void;
  /** Says this, and there is nothing left to press. */
  settle(sentence: string): void;
  remove(): void;
}

/** What the button says and does. */
interface MarkBarOptions {
  readonly label: string;
  readonly onMark: () => Promise<void>;
}

/**
 * Puts the bar in.
 *
 * @param options.onMark the viewer pressed the button; not asked again before it has ended.
 */
export function createMarkBar(root: ShadowRoot, { label, onMark }: MarkBarOptions): MarkBar {
  const bar = document.createElement('div');
  bar.setAttribute('part', 'mark');
  bar.tabIndex = -1;
  const sentence = document.createElement('p');
  sentence.role = 'status';
  sentence.dir = 'auto';
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: label });
  // Still there while it is sent, so that the keyboard keeps its place.
  button.addEventListener('click', () => {
    if (button.ariaDisabled) return;
    button.ariaDisabled = 'true';
    void onMark().finally(() => (button.ariaDisabled = null));
  });
  bar.append(sentence, button);
  root.append(bar);
  const placing = new ResizeObserver(() => {
    const isLow = root.host.clientHeight < LEAST_PX + bar.offsetHeight;
    adopt(root, styles, isLow ? below : within);
  });
  adopt(root, styles, within);
  placing.observe(root.host);
  // What a status says is read out when it changes, not when it comes.
  const say = (text: string): unknown => requestAnimationFrame(() => (sentence.textContent = text));
  return {
    say,
    settle(text) {
      say(text);
      const hadFocus = root.activeElement === button;
      button.remove();
      if (hadFocus) bar.focus({ preventScroll: true });
    },
    remove() {
      placing.disconnect();
      bar.remove();
      adopt(root);
    },
  };
}

/** Of this bar's style sheets these and no others. */
function adopt(root: ShadowRoot, ...wanted: readonly CSSResult[]): void {
  const sheetsOf = (all: readonly CSSResult[]): CSSStyleSheet[] =>
    all.map(({ styleSheet }) => styleSheet as CSSStyleSheet);
  const known = sheetsOf([styles, within, below]);
  const others = root.adoptedStyleSheets.filter((one) => !known.includes(one));
  root.adoptedStyleSheets = [...others, ...sheetsOf(wanted)];
}
