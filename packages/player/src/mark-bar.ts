import { styles } from './mark-bar-styles.ts';

const MARK = 'Mark as watched';

/** A bar below what plays, never over it: the media's box is as much smaller while it is there. */
export interface MarkBar {
  /** Says this beside the button. Text, never markup. */
  say(sentence: string): void;
  /** Says this, and there is nothing left to press. */
  settle(sentence: string): void;
  remove(): void;
}

/**
 * Puts the bar in.
 *
 * @param onMark the viewer pressed the button; not asked again before it has ended.
 */
export function createMarkBar(root: ShadowRoot, onMark: () => Promise<void>): MarkBar {
  const sheet = styles.styleSheet as CSSStyleSheet;
  const bar = document.createElement('div');
  bar.setAttribute('part', 'mark');
  bar.tabIndex = -1;
  const sentence = document.createElement('p');
  sentence.role = 'status';
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: MARK });
  // Still there while it is sent, so that the keyboard keeps its place.
  button.addEventListener('click', () => {
    if (button.ariaDisabled) return;
    button.ariaDisabled = 'true';
    void onMark().finally(() => (button.ariaDisabled = null));
  });
  bar.append(sentence, button);
  root.append(bar);
  root.adoptedStyleSheets.push(sheet);
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
      bar.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
    },
  };
}
