import type { CSSResult } from '@lit/reactive-element';

/** Gives a shadow tree one more style sheet, once. */
export function adoptStyles(root: ShadowRoot | null, { styleSheet }: CSSResult): void {
  if (root && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
}
