import { adoptStyles } from './adopt-styles.ts';
import { styles } from './spinner-styles.ts';

/** From now on waiting can be seen. */
export function showWaiting({ shadowRoot }: Element): void {
  adoptStyles(shadowRoot, styles);
}
