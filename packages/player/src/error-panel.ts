import { adoptStyles } from './adopt-styles.ts';
import { styles } from './error-panel-styles.ts';
import { chooseWords, describeFailure } from './messages.ts';
import type { PlayerError } from './player-errors.ts';

/** Where the panel will stand, and what its button does. */
interface ErrorPanelOptions {
  /** Is given the panel's style sheet. */
  readonly root: ShadowRoot;
  readonly onRetry: () => void;
}

/** What stands where the video would: a sentence for the viewer and, if it may pass, a button. Text, never markup. */
export async function createErrorPanel(
  failure: PlayerError,
  { root, onRetry }: ErrorPanelOptions,
): Promise<HTMLElement> {
  const words = await chooseWords(root.host);
  const { viewer = '', isPassing } = describeFailure(failure, words);
  adoptStyles(root, styles);
  const panel = document.createElement('div');
  panel.setAttribute('part', 'error');
  // Waiting for a source is no alarm.
  panel.role = failure.code === 'source-missing' ? 'status' : 'alert';
  // A sentence in another script than the page's keeps its full stop where it belongs.
  panel.append(Object.assign(document.createElement('p'), { textContent: viewer, dir: 'auto' }));
  if (isPassing) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words.tryAgain });
    // The button leaves with its panel, and its listener with it.
    button.addEventListener('click', onRetry, { once: true });
    panel.append(button);
  }
  return panel;
}
