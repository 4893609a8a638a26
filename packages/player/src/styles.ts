import { css, type CSSResult } from '@lit/reactive-element';

/** The look while all is well. What a page may want to change is a custom property. */
export const styles: CSSResult = css`
  :host {
    display: block;
    position: relative;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    border-radius: var(--chronos-radius, 0);
    color: #fff;
    background: var(--chronos-background, #000);
    container: chronos / size;
    font: var(--chronos-font, 1rem/1.5 system-ui, sans-serif);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  :host(:fullscreen) {
    border-radius: 0;
  }
  [part] {
    position: absolute;
    inset: 0;
  }
  [part='media'] > *,
  [part='poster'] {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    border: 0;
    object-fit: var(--chronos-object-fit, contain);
  }
  [part='poster'],
  [part='spinner'] {
    pointer-events: none;
  }
  [part='spinner'] {
    inset: 0;
    margin: auto;
    inline-size: var(--chronos-spinner-size, clamp(24px, 12cqmin, 56px));
    aspect-ratio: 1;
    border-radius: 50%;
    color: var(--chronos-spinner-color, #fff);
    background: conic-gradient(#0000 12%, currentColor);
    mask: radial-gradient(farthest-side, #0000 calc(100% - 4px), #000 calc(100% - 3.5px));
    filter: drop-shadow(0 0 2px #000a);
    /* Whoever waits less than 300 ms sees nothing of it. */
    animation:
      chronos-appear 200ms 300ms both,
      chronos-turn 900ms linear infinite;
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
    [part='spinner'] {
      animation: chronos-appear 200ms 300ms both;
      background: conic-gradient(
        currentColor 8%,
        #0000 0 25%,
        currentColor 0 33%,
        #0000 0 50%,
        currentColor 0 58%,
        #0000 0 75%,
        currentColor 0 83%,
        #0000 0
      );
    }
  }
  @media (forced-colors: active) {
    [part='spinner'] {
      forced-color-adjust: none;
      color: CanvasText;
    }
  }
`;
