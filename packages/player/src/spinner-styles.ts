import { css, type CSSResult } from '@lit/reactive-element';

/** The look of waiting: comes with what is waited for, since before that nothing is. */
export const styles: CSSResult = css`
  [part='spinner'] {
    margin: auto;
    inline-size: var(--chronos-spinner-size, clamp(28px, 18cqmin, 64px));
    block-size: auto;
    aspect-ratio: 1;
    border-radius: 50%;
    color: var(--chronos-spinner-color, #fff);
    background: var(--chronos-spinner-background, #000a);
    /* Whoever waits less than 300 ms sees nothing of it. */
    animation: chronos-appear 200ms 300ms both;
  }
  [part='spinner']::before {
    content: '';
    position: absolute;
    inset: 22%;
    border: 3px solid #0000;
    border-block-start-color: currentColor;
    border-inline-end-color: currentColor;
    border-radius: 50%;
    animation: chronos-turn 900ms linear infinite;
  }
  @keyframes chronos-appear {
    from {
      opacity: 0;
    }
  }
  @keyframes chronos-turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    [part='spinner']::before {
      animation: none;
      border: 3px dotted;
    }
  }
  @media (forced-colors: active) {
    [part='spinner'] {
      forced-color-adjust: none;
      color: CanvasText;
      background: Canvas;
    }
  }
`;
