import type { SupabaseClient } from '@supabase/supabase-js';
import type { Milestone, WatchReadout } from '@chronos-player/tracker';
import { html, LitElement, type TemplateResult } from 'lit';
import { DatabaseWatch } from './database-watch.ts';
import { dayView } from './day-view.ts';
import { figuresView } from './figures-view.ts';
import { NOTHING_YET, type Chapter, type PanelState } from './panel-state.ts';
import { progressView } from './progress-view.ts';
import { eventsView, factsView } from './rows-view.ts';
import { watchedView } from './watched-view.ts';

/** What is watched: `<chronos-player>` is both, a bare `<video>` has its tracking beside it. */
export interface PanelSource {
  readonly media: EventTarget & { readonly currentTime: number; readonly duration: number; readonly paused: boolean };
  readonly tracking: EventTarget & { readonly watch: WatchReadout; readonly session: { readonly id: string } | null };
  readonly videoId: string;
  readonly chapters: readonly Chapter[];
  readonly viewer: SupabaseClient;
  readonly creator: SupabaseClient;
  /** Called when nothing could be read: perhaps nobody is signed in yet. */
  readonly signIn: () => Promise<void>;
}

/** Digits change ten times a second while playing, once a second otherwise (for "12 s ago"). */
const PLAYING_MS = 100;
const RESTING_MS = 1_000;
/** Events of a `<video>` after which the numbers may have changed. */
const MEDIA_EVENTS = ['loadedmetadata', 'play', 'playing', 'pause', 'seeking', 'seeked', 'ended'];

/** Shows, live, what the player measures and what the database has. Drawn into the page itself, styled by its sheets. */
export class LivePanel extends LitElement {
  static override readonly properties = { state: { state: true }, announcement: { state: true } };

  declare state: PanelState;
  declare announcement: string;
  #source: PanelSource | null = null;
  #sessionId: string | null = null;
  #hasPlayed = false;
  #isCut = false;
  #abort = new AbortController();

  constructor() {
    super();
    this.state = NOTHING_YET;
    this.announcement = '';
  }

  /** Begins to show what is watched, in place of what was before. */
  follow(source: PanelSource): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#source = source;
    this.#sessionId = null;
    this.#hasPlayed = false;
    this.state = NOTHING_YET;
    const { signal } = this.#abort;
    const { media, tracking, chapters, viewer, creator, signIn, videoId } = source;
    this.#set({ chapters });
    const rows = new DatabaseWatch({
      viewer,
      creator,
      videoId,
      sessionId: () => (this.#sessionId = tracking.session?.id ?? this.#sessionId),
      onRead: (read) => {
        this.#set({ connection: read === null ? 'down' : 'up' });
        if (read === null) void signIn();
        else this.#set({ database: { ...this.state.database, ...read } });
      },
    });
    rows.start(signal);
    const look = (): void => this.#look();
    for (const type of MEDIA_EVENTS) media.addEventListener(type, look, { signal });
    for (const type of ['chronos-sessionstart', 'chronos-sessionend']) {
      tracking.addEventListener(type, () => rows.refresh(), { signal });
    }
    const heard = (): void => {
      this.#set({ problem: null, database: { ...this.state.database, answeredAtMs: Date.now() } });
      rows.refresh();
    };
    tracking.addEventListener('chronos-sessionupdate', heard, { signal });
    const fail = ({ detail }: CustomEvent<{ readonly code: string; readonly message: string }>): void => {
      // What cannot be reached is seen by the readings; this is what was said no to.
      if (/refused|failing/.test(detail.code)) this.fail(`The database said no: ${detail.message}`);
    };
    tracking.addEventListener('chronos-error', fail as EventListener, { signal });
    const announce = ({ detail }: CustomEvent<Milestone>): void => {
      this.announcement = detail.kind === 'progress' ? `${detail.percent} percent complete` : `Video ${detail.kind}`;
    };
    tracking.addEventListener('chronos-milestone', announce as EventListener, { signal });
    this.#tick(signal);
  }

  /** Shows a sentence about what went wrong, until the database answers. */
  fail(problem: string): void {
    this.#set({ problem });
  }

  /** Told by the button that cuts the network, so that the panel can say whose doing it is. */
  set isCut(isCut: boolean) {
    this.#isCut = isCut;
    this.requestUpdate();
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  override render(): TemplateResult {
    const state: PanelState = { ...this.state, ...(this.#isCut && { connection: 'cut' }) };
    return html`
      <section class="watched-area" aria-label="Watched">${watchedView(state)} ${progressView(state)}</section>
      <section class="data-area" aria-labelledby="data">
        <header>
          <h2 id="data">What the database knows</h2>
          <p>this visit</p>
        </header>
        ${figuresView(state)} ${factsView(state)} ${eventsView(state)}
      </section>
      <section class="day-area">${dayView(state)}</section>
      <p class="quiet-to-eyes" role="status">${this.announcement}</p>
    `;
  }

  #tick(signal: AbortSignal): void {
    if (signal.aborted) return;
    if (document.visibilityState === 'visible') this.#look();
    setTimeout(() => this.#tick(signal), this.#source?.media.paused === false ? PLAYING_MS : RESTING_MS);
  }

  #look(): void {
    if (!this.#source) return;
    const { media, tracking } = this.#source;
    const { watch } = tracking;
    this.#hasPlayed ||= watch.time > 0;
    this.#set({
      nowMs: Date.now(),
      player: {
        watchSeconds: watch.time,
        percent: watch.percent,
        ranges: watch.ranges,
        evidence: watch.evidence,
        positionSeconds: media.currentTime,
        durationSeconds: media.duration,
        hasPlayed: this.#hasPlayed,
      },
    });
  }

  #set(change: Partial<PanelState>): void {
    this.state = { ...this.state, ...change };
  }
}

customElements.define('live-panel', LivePanel);
