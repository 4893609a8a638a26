import type { SupabaseClient } from '@supabase/supabase-js';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { NetworkSwitch } from '../network-switch.ts';

/** What the buttons act upon. */
export interface TryItSource {
  readonly media: { currentTime: number; readonly duration: number; playbackRate: number; play(): Promise<void> };
  readonly viewer: SupabaseClient;
  readonly network: NetworkSwitch;
  readonly onCut: (isCut: boolean) => void;
}

const CUT_SECONDS = 15;
/** How far before the end a jump lands, seconds: enough to see it end. */
const BEFORE_END_SECONDS = 3;

/** Buttons with which a visitor tries to fool the numbers. */
export class TryIt extends LitElement {
  static override readonly properties = {
    source: { attribute: false },
    rate: { state: true },
    cutLeft: { state: true },
  };

  declare source: TryItSource | null;
  declare rate: number;
  /** Seconds until the network is back; 0: it is there. */
  declare cutLeft: number;

  constructor() {
    super();
    this.source = null;
    this.rate = 1;
    this.cutLeft = 0;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const off = this.source === null;
    return html`
      <h2 id="try">Try to fool it</h2>
      <ul aria-labelledby="try">
        <li>
          <button ?disabled=${off} @click=${() => this.#jump()}>Jump to the end</button>
          <p>A seek covers nothing, so it completes nothing.</p>
        </li>
        <li>
          <button ?disabled=${off} aria-pressed=${this.rate === 2} @click=${() => this.#changeRate()}>
            Play at 2×
          </button>
          <p>Ten seconds stay ten of watch time and are twenty of content time.</p>
        </li>
        <li>
          <button ?disabled=${off || this.cutLeft > 0} @click=${() => void this.#cut()}>
            ${this.cutLeft > 0 ? html`Network back in ${this.cutLeft} s` : `Cut the network for ${CUT_SECONDS} s`}
          </button>
          <p>The video plays on, the outbox keeps the numbers and sends them afterwards.</p>
        </li>
        <li>
          <a class="button" href=${off ? nothing : location.href} target="_blank" rel="noopener">Open a second tab</a>
          <p>Two sessions, one viewer: watch time adds up, coverage unites.</p>
        </li>
        <li>
          <button ?disabled=${off} @click=${() => void this.#forget()}>Be a new viewer</button>
          <p>A new anonymous sign-in. The rows of the old viewer stay, this page no longer sees them.</p>
        </li>
      </ul>
    `;
  }

  #jump(): void {
    if (!this.source) return;
    const { media } = this.source;
    media.currentTime = Math.max(0, media.duration - BEFORE_END_SECONDS);
    void media.play().catch(() => undefined);
  }

  #changeRate(): void {
    if (!this.source) return;
    this.rate = this.rate === 2 ? 1 : 2;
    this.source.media.playbackRate = this.rate;
  }

  async #cut(): Promise<void> {
    if (!this.source) return;
    const { network, onCut } = this.source;
    this.cutLeft = CUT_SECONDS;
    const timer = setInterval(() => (this.cutLeft = Math.max(1, this.cutLeft - 1)), 1000);
    onCut(true);
    await network.cut(CUT_SECONDS * 1000);
    clearInterval(timer);
    this.cutLeft = 0;
    onCut(false);
  }

  async #forget(): Promise<void> {
    // The page, and every other tab of it, begins again when the viewer is another one.
    await this.source?.viewer.auth.signInAnonymously();
  }
}

customElements.define('try-it', TryIt);
