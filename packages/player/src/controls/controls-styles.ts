import { css, type CSSResult } from '@lit/reactive-element';

/** The look of the controls, in media-chrome's own custom properties where it has them. */
export const styles: CSSResult = css`
  [part='controls'] {
    --media-font: 500 0.8125rem/1 var(--chronos-controls-font, system-ui, sans-serif);
    --media-background-color: #0000;
    --media-primary-color: var(--chronos-controls-color, #fff);
    --media-control-background: #0000;
    --media-control-hover-background: #ffffff26;
    --media-control-height: 22px;
    --media-control-padding: 9px;
    --media-tooltip-background-color: #14161aeb;
    --media-tooltip-border-radius: 6px;
    --media-tooltip-arrow-display: none;
    --media-tooltip-distance: 10px;
    --media-range-track-height: 4px;
    --media-range-track-border-radius: 2px;
    --media-range-track-background: #ffffff47;
    --media-range-bar-color: var(--chronos-accent-color, #7ab2ff);
    --media-range-thumb-background: #fff;
    --media-range-thumb-height: 12px;
    --media-range-thumb-width: 12px;
    --media-range-thumb-border-radius: 50%;
    --media-time-range-buffered-color: #ffffff4d;
    --media-preview-background: #14161aeb;
    --media-preview-border-radius: 6px;
    --media-box-arrow-display: none;
    --media-preview-thumbnail-border-radius: 6px 6px 0 0;
    --media-preview-time-text-shadow: none;
    --media-preview-chapter-text-shadow: none;
    --media-menu-background: #14161af2;
    --media-menu-border-radius: 10px;
    --media-settings-menu-min-width: 190px;
    --media-menu-item-hover-background: #ffffff1f;
    --media-menu-item-checked-background: #0000;
    --media-focus-box-shadow: inset 0 0 0 2px var(--chronos-focus-color, #8ab4ff);
    --media-menu-item-focus-shadow: inset 0 0 0 2px var(--chronos-focus-color, #8ab4ff);
    --media-control-transition-out: opacity 400ms;
    color: #fff;
    border-radius: inherit;
    outline-offset: -3px;
  }
  [part='controls']:focus-visible {
    outline: 3px solid var(--chronos-focus-color, #8ab4ff);
  }
  .shade {
    position: absolute;
    inset: auto 0 0;
    block-size: min(50%, 100px);
    background: linear-gradient(#0000, #0006 35%, #000c);
    pointer-events: none !important;
  }
  media-control-bar,
  media-time-range {
    position: relative;
  }
  media-control-bar {
    align-items: center;
    padding: 0 8px 6px;
    box-sizing: border-box;
  }
  media-time-range {
    inline-size: 100%;
    block-size: 24px;
    --media-control-padding: 14px;
    --media-range-padding: 14px;
  }
  media-play-button,
  media-mute-button,
  chronos-captions-switch,
  media-settings-menu-button,
  media-airplay-button,
  media-cast-button,
  media-pip-button,
  media-fullscreen-button {
    border-radius: 8px;
  }
  media-volume-range {
    inline-size: 84px;
    block-size: 40px;
    padding-inline: 4px 12px;
  }
  media-time-display {
    padding-inline: 6px;
    font-variant-numeric: tabular-nums;
  }
  media-settings-menu {
    inset-inline-end: 12px;
    box-shadow: 0 8px 30px #0006;
  }
  .gap {
    flex: 1;
  }
  media-settings-menu-item:has(media-rendition-menu[mediarenditionunavailable]),
  media-settings-menu-item:has(media-captions-menu:not([mediasubtitleslist])),
  chronos-captions-switch:not([mediasubtitleslist]),
  media-volume-range[mediavolumeunavailable],
  media-airplay-button[mediaairplayunavailable],
  media-cast-button[mediacastunavailable],
  media-pip-button[mediapipunavailable],
  media-fullscreen-button[mediafullscreenunavailable] {
    display: none;
  }
  /* The press anywhere is the controls' now; the button is as large as it looks. */
  [part='facade'].start {
    margin: auto;
    inline-size: 4.8em;
    block-size: 4.8em;
    padding: 0;
    border-radius: 50%;
  }
  [part='media']:has(~ [part='controls']:is([mediapaused], :not([userinactive])))
    video::-webkit-media-text-track-container {
    translate: 0 -74px;
    transition: translate 250ms;
  }
  @container chronos (width < 420px) {
    [part='media']:has(~ [part='controls']:is([mediapaused], :not([userinactive])))
      video::-webkit-media-text-track-container {
      translate: 0 -50px;
    }
    media-volume-range,
    media-pip-button {
      display: none;
    }
    media-control-bar {
      padding: 0 2px 2px;
    }
    [part='controls'] {
      --media-control-padding: 6px;
      --media-control-height: 20px;
    }
  }
  @container chronos (width < 260px) {
    media-time-display,
    media-mute-button,
    media-airplay-button,
    media-cast-button {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    [part='controls'] {
      --media-control-transition-in: none;
      --media-control-transition-out: none;
      --media-menu-transition-in: none;
      --media-menu-transition-out: none;
    }
    [part='media'] video::-webkit-media-text-track-container {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .shade {
      forced-color-adjust: none;
      background: Canvas;
      block-size: 74px;
    }
    [part='controls'] {
      --media-primary-color: CanvasText;
      --media-icon-color: CanvasText;
      --media-range-bar-color: Highlight;
      --media-range-track-background: GrayText;
      --media-range-thumb-background: CanvasText;
      --media-focus-box-shadow: inset 0 0 0 2px Highlight;
    }
  }
`;
