import { css, type CSSResult } from '@lit/reactive-element';

/** Adopted while the bar stands in the box: everything else ends above it. */
export const within: CSSResult = css`
  [part]:not([part='mark']) {
    inset-block-end: var(--chronos-mark-size, 48px);
  }
  [part='poster'] {
    block-size: calc(100% - var(--chronos-mark-size, 48px));
  }
`;

/** Adopted while it hangs below the box, which keeps the page's own margin out of the way. */
export const below: CSSResult = css`
  :host {
    overflow: visible;
    margin-block-end: var(--chronos-mark-size, 48px) !important;
  }
  [part='mark'] {
    inset-block: 100% auto;
  }
`;

/** The look of the bar. */
export const styles: CSSResult = css`
  [part='mark'] {
    inset-block-start: auto;
    block-size: var(--chronos-mark-size, 48px);
    box-sizing: border-box;
    padding: 0 12px;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    overflow: hidden;
    font-size: 0.875rem;
    line-height: 1.2;
    color: #e8eaee;
    background: #17191d;
  }
  [part='mark']:focus {
    outline: none;
  }
  [part='mark'] p {
    margin: 0;
    unicode-bidi: plaintext;
  }
  [part='mark'] p::before {
    content: none;
  }
  [part='mark'] button {
    flex: none;
    min-block-size: 32px;
    padding: 0 1em;
    border: 1px solid color-mix(in srgb, currentColor 40%, #0000);
    border-radius: 999px;
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: #ffffff14;
    cursor: pointer;
  }
  [part='mark'] button:hover {
    border-color: currentColor;
  }
  [part='mark'] button[aria-disabled] {
    cursor: progress;
  }
  [part='mark'] button:focus-visible {
    outline: 3px solid var(--chronos-focus-color, #8ab4ff);
    outline-offset: 2px;
  }
  @supports (color: light-dark(#000, #fff)) {
    [part='mark'] {
      color: var(--chronos-error-color, light-dark(#26292f, #e8eaee));
      background: var(--chronos-error-background, light-dark(#f2f3f5, #17191d));
    }
    [part='mark'] button {
      background: light-dark(#fff, #ffffff14);
    }
    [part='mark'] button:focus-visible {
      outline-color: var(--chronos-focus-color, light-dark(#1a5fd0, #8ab4ff));
    }
  }
  @container chronos (width < 360px) {
    [part='mark'] {
      padding: 0 6px;
      gap: 6px;
      font-size: 0.75rem;
    }
  }
  @media (forced-colors: active) {
    [part='mark'] {
      border-block-start: 1px solid CanvasText;
    }
  }
`;
