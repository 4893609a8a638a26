import { html, type TemplateResult } from 'lit';
import { formatAgo, formatTime, NO_NUMBER } from './format.ts';
import type { PanelState } from './panel-state.ts';

/** What the player measures beside what the database has: the difference is what is still on its way. */
export function figuresView(state: PanelState): TemplateResult {
  const { player, database, nowMs } = state;
  const { session, answeredAtMs } = database;
  return html`
    <div class="figures">
      ${column('player', 'Player measures', { seconds: player.watchSeconds, percent: player.percent })}
      ${column('database', 'Database has', {
        seconds: session?.watch_time_seconds,
        percent: session?.percent_complete,
      })}
    </div>
    <p class="delivery" data-state=${deliveryState(state)}>
      <span>${deliverySentence(state)}</span>
      ${answeredAtMs === null ? '' : html`<span class="ago">Last answer ${formatAgo(nowMs - answeredAtMs)}.</span>`}
    </p>
  `;
}

function column(
  side: 'player' | 'database',
  title: string,
  { seconds, percent }: { seconds: number | undefined; percent: number | null | undefined },
): TemplateResult {
  return html`
    <section class=${side} aria-labelledby="${side}-has">
      <h3 id="${side}-has">${title}</h3>
      <dl>
        <div>
          <dt>watch time</dt>
          <dd data-figure="${side}-watch-time">${formatTime(seconds)}</dd>
        </div>
        <div>
          <dt>percent complete</dt>
          <dd data-figure="${side}-percent">${percentView(percent)}</dd>
        </div>
      </dl>
    </section>
  `;
}

function percentView(percent: number | null | undefined): TemplateResult | string {
  return percent === null || percent === undefined ? NO_NUMBER : html`${percent}<small> %</small>`;
}

/** Differences below this are the time a message travels, not a delay. */
const UNSENT_SECONDS = 0.15;

function deliveryState({ connection, problem, player, database }: PanelState): string {
  if (problem !== null || connection === 'down') return 'down';
  if (connection === 'cut') return 'cut';
  if (!player.hasPlayed) return 'waiting';
  return unsentSeconds({ player, database }) > UNSENT_SECONDS ? 'sending' : 'told';
}

function deliverySentence(state: PanelState): string {
  const { problem, connection, player } = state;
  const unsent = unsentSeconds(state);
  const kept = player.hasPlayed ? `: ${unsent.toFixed(1)} s kept in the outbox` : '';
  if (problem !== null) return problem;
  if (connection === 'cut') return `Network cut${kept}.`;
  if (connection === 'down') return `Database not reachable${kept}.`;
  if (!player.hasPlayed) return 'Waiting for the first play.';
  return unsent > UNSENT_SECONDS
    ? `${unsent.toFixed(1)} s go with the next message.`
    : 'Everything is in the database.';
}

function unsentSeconds({ player, database }: Pick<PanelState, 'player' | 'database'>): number {
  return Math.max(0, player.watchSeconds - (database.session?.watch_time_seconds ?? 0));
}
