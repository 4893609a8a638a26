import { css, type CSSResult } from '@lit/reactive-element';

/** The look of the error panel. Colours follow the page's `color-scheme`. */
export const styles: CSSResult = css`
  [part='error'] {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: safe center;
    gap: clamp(8px, 4cqmin, 16px);
    overflow: auto;
    padding: clamp(8px, 6cqmin, 32px);
    box-sizing: border-box;
    text-align: center;
    text-wrap: balance;
    border-radius: inherit;
    animation: chronos-appear 150ms both;
  }
  [part='media'][hidden] ~ :is([part='controls'], .start) {
    display: none;
  }
  @keyframes chronos-appear {
    from {
      opacity: 0;
    }
  }
  [part='error'] p {
    margin: 0;
    /* A sentence reads in its own direction, whatever the page's. */
    unicode-bidi: plaintext;
    max-inline-size: 32em;
    font-size: clamp(0.8125rem, 5cqmin, 1.0625rem);
  }
  [part='error'] p::before {
    content: '';
    display: block;
    inline-size: clamp(20px, 11cqmin, 40px);
    aspect-ratio: 1;
    margin: 0 auto 0.6em;
    border-radius: 50%;
    opacity: 0.55;
    background: currentColor;
    mask:
      linear-gradient(#000 0 0) 50% 32% / 9% 34% no-repeat,
      radial-gradient(circle closest-side, #000 96%, #0000) 50% 74% / 11% 11% no-repeat,
      radial-gradient(farthest-side, #0000 calc(100% - 2.5px), #000 calc(100% - 2px));
  }
  [part='error'] button {
    min-block-size: 36px;
    padding: 0 1.1em;
    border: 1px solid color-mix(in srgb, currentColor 30%, #0000);
    border-radius: 999px;
    font: inherit;
    font-size: clamp(0.8125rem, 4.5cqmin, 0.9375rem);
    font-weight: 600;
    color: inherit;
    background: #ffffff14;
    cursor: pointer;
  }
  [part='error'] button:hover {
    border-color: currentColor;
  }
  [part='error'] button:focus-visible {
    outline: 3px solid var(--chronos-focus-color, Highlight);
    outline-offset: 2px;
  }
  @supports (color: light-dark(#000, #fff)) {
    [part='error'] {
      color: var(--chronos-error-color, light-dark(#26292f, #e8eaee));
      background: var(--chronos-error-background, light-dark(#f2f3f5, #17191d));
    }
    [part='error'] button {
      background: light-dark(#fff, #ffffff14);
    }
    [part='error'] button:focus-visible {
      outline-color: var(--chronos-focus-color, light-dark(#1a5fd0, #8ab4ff));
    }
  }
  @container chronos (height < 150px) {
    [part='error'] p::before {
      display: none;
    }
    [part='error'] button {
      min-block-size: 28px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    [part='error'] {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    [part='error'] {
      border: 1px solid CanvasText;
    }
    [part='error'] p::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
`;
