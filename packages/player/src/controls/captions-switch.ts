import { MediaCaptionsButton } from 'media-chrome/dist/media-captions-button.js';

const TAG = 'chronos-captions-switch';

/** Media-chrome's button says by `aria-checked` whether captions show, which a button cannot: a switch can. */
class CaptionsSwitch extends MediaCaptionsButton {
  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'switch';
  }
}

/** Defines it, once, and answers its name. */
export function defineCaptionsSwitch(): string {
  if (!customElements.get(TAG)) customElements.define(TAG, CaptionsSwitch);
  return TAG;
}
