import { css, type CSSResult } from '@lit/reactive-element';

/** The look while all is well. What a page may want to change is a custom property. */
export const styles: CSSResult = css`
  :host {
    display: block;
    position: relative;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    border-radius: var(--chronos-radius, 0);
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
  [part='media'],
  [part='poster'] {
    background: var(--chronos-background, #000);
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
  [part='facade'] {
    inline-size: 100%;
    border: 0;
    outline-offset: -4px;
    color: var(--chronos-play-color, #fff);
    font-size: clamp(12px, 5cqmin, 24px);
    background: radial-gradient(circle, var(--chronos-play-background, #000a) 2.4em, #0000 2.5em);
    forced-color-adjust: none;
  }
  [part='facade']::before {
    content: '';
    display: inline-block;
    border: 0.8em solid #0000;
    border-left: 1.4em solid;
    border-right: 0;
  }
  [part='error'] {
    color: #e8eaee;
    background: #17191d;
  }
`;
