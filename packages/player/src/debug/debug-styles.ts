import { css, type CSSResult } from '@lit/reactive-element';

/**
 * The look of the debug panel, and the room it takes: below the video, in a row of its own. The element grows by it; where the
 * page gave it a height, the video gives way. Nothing is ever drawn over what plays: YouTube's terms forbid it.
 *
 * @see https://developers.google.com/youtube/terms/required-minimum-functionality#overlays-and-frames
 */
export const styles: CSSResult = css`
  :host([debug]) {
    display: grid;
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    aspect-ratio: auto;
    container-type: inline-size;
  }
  :host([debug])::before {
    content: '';
    grid-area: 1 / 1 / 2 / 2;
    aspect-ratio: 16 / 9;
    min-block-size: 0;
  }
  :host([debug]) [part]:not([part='debug']) {
    grid-area: 1 / 1 / 2 / 2;
  }
  [part='debug'] {
    position: static;
    grid-area: 2 / 1;
    overflow: auto;
    padding: 10px 12px;
    font:
      12px/1.5 ui-monospace,
      'Cascadia Mono',
      Menlo,
      Consolas,
      monospace;
    color: var(--chronos-debug-color, #e8eaee);
    background: var(--chronos-debug-background, #17191d);
  }
  [part='debug'] svg {
    display: block;
    inline-size: 100%;
    block-size: 16px;
    margin-block-end: 8px;
    border-radius: 3px;
    color: #4c8dff;
    background: color-mix(in srgb, currentColor 25%, #0000);
  }
  [part='debug'] .head {
    fill: var(--chronos-debug-color, #e8eaee);
  }
  [part='debug'] dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 1px 14px;
    margin: 0;
  }
  [part='debug'] dt {
    opacity: 0.75;
  }
  [part='debug'] dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  [part='debug'] button {
    min-block-size: 28px;
    margin-block-start: 10px;
    padding: 0 12px;
    border: 1px solid color-mix(in srgb, currentColor 45%, #0000);
    border-radius: 6px;
    font: inherit;
    color: inherit;
    background: #0000;
    cursor: pointer;
  }
  [part='debug'] button:hover:enabled {
    border-color: currentColor;
  }
  [part='debug'] button:disabled {
    opacity: 0.6;
    cursor: default;
  }
  [part='debug'] :focus-visible {
    outline: 3px solid var(--chronos-focus-color, Highlight);
    outline-offset: 2px;
  }
  @container (inline-size > 720px) {
    [part='debug'] dl {
      grid-template-columns: max-content minmax(0, 1fr) max-content minmax(0, 1fr);
    }
  }
  @supports (color: light-dark(#000, #fff)) {
    [part='debug'] {
      color: var(--chronos-debug-color, light-dark(#26292f, #e8eaee));
      background: var(--chronos-debug-background, light-dark(#f2f3f5, #17191d));
    }
    [part='debug'] svg {
      color: light-dark(#1a5fd0, #6ea8ff);
    }
    [part='debug'] .head {
      fill: var(--chronos-debug-color, light-dark(#26292f, #e8eaee));
    }
    [part='debug'] :focus-visible {
      outline-color: var(--chronos-focus-color, light-dark(#1a5fd0, #8ab4ff));
    }
  }
  @media (forced-colors: active) {
    [part='debug'] {
      border: 1px solid CanvasText;
    }
    [part='debug'] svg {
      forced-color-adjust: none;
      color: Highlight;
      background: Canvas;
    }
    [part='debug'] .head {
      fill: CanvasText;
    }
  }
`;
