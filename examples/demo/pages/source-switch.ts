import { html, LitElement, type TemplateResult } from 'lit';

const SOURCES = {
  file: 'File',
  hls: 'HLS',
  mux: 'Mux',
  youtube: 'YouTube',
  loom: 'Loom',
  vimeo: 'Vimeo',
  wistia: 'Wistia',
} as const;

/** What there is to choose from. */
export type SourceName = keyof typeof SOURCES;

/** What a {@link SourceSwitch} does. */
export interface SourceSwitchOptions {
  /** Played by the services themselves rather than by stand-ins. */
  readonly isReal: boolean;
  readonly choose: (name: SourceName) => Promise<void>;
}

/** Chooses what the player of the page plays, and says who serves it. */
export class SourceSwitch extends LitElement {
  static override readonly properties = { chosen: { state: true }, options: { state: true } };

  declare chosen: SourceName;
  declare options: SourceSwitchOptions | null;

  constructor() {
    super();
    this.chosen = 'youtube';
    this.options = null;
  }

  /** From now on there is something to choose; the first is chosen at once. */
  begin(options: SourceSwitchOptions): void {
    this.options = options;
    void options.choose(this.chosen);
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const names = Object.keys(SOURCES) as SourceName[];
    return html`
      <fieldset ?disabled=${this.options === null}>
        <legend class="quiet-to-eyes">What to play</legend>
        ${names.map(
          (name) =>
            html`<label>
              <input
                type="radio"
                name="source"
                .checked=${name === this.chosen}
                @change=${() => void this.#choose(name)}
              />${SOURCES[name]}
            </label>`,
        )}
      </fieldset>
      <p>
        ${
          this.options?.isReal
            ? html`Served by the services themselves. <a href="./embeds.html">Stand-ins instead</a>`
            : html`Stand-ins on this machine speak the services’ own language, so this works offline.
                <a href="./embeds.html?from=internet">With internet: the real ones</a>`
        }
      </p>
    `;
  }

  async #choose(name: SourceName): Promise<void> {
    this.chosen = name;
    await this.options?.choose(name);
  }
}

customElements.define('source-switch', SourceSwitch);
