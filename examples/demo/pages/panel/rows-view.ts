import { html, type TemplateResult } from 'lit';
import { formatClock, formatTime, NO_NUMBER } from './format.ts';
import type { PanelState } from './panel-state.ts';
import type { EventRow } from './read-database.ts';

/** Facts of the session's row and the viewer's row, each beside the table it stands in. */
export function factsView({ database, player }: PanelState): TemplateResult {
  const { session, progress } = database;
  return html`
    <dl class="facts">
      <div>
        <dt>Session</dt>
        <dd>${sessionSentence(session)}</dd>
      </div>
      <div>
        <dt>Covered</dt>
        <dd>${formatTime(session?.covered_seconds)} of ${formatTime(player.durationSeconds)}</dd>
      </div>
      <div>
        <dt>Content time</dt>
        <dd>${formatTime(session?.content_seconds)}</dd>
      </div>
      <div>
        <dt>Evidence</dt>
        <dd>${session?.evidence ?? (player.hasPlayed ? player.evidence : '–')}</dd>
      </div>
      <div>
        <dt>Viewer left off at</dt>
        <dd>${formatTime(progress?.resume_position_seconds)}</dd>
      </div>
      <div>
        <dt>Viewer completed</dt>
        <dd>${completedSentence(progress)}</dd>
      </div>
    </dl>
  `;
}

function sessionSentence(session: PanelState['database']['session']): string {
  if (session === null) return 'none yet';
  if (session.session_end === null) return `open since ${formatClock(session.session_start)}`;
  return `closed ${formatClock(session.session_end)}, ${(session.close_reason ?? '').replace('_', ' ')}`;
}

function completedSentence(progress: PanelState['database']['progress']): string {
  if (progress === null) return NO_NUMBER;
  return progress.completed_at === null ? 'not yet' : `yes, ${formatClock(progress.completed_at)}`;
}

/** The event feed: rows as they arrive, newest first. */
export function eventsView({ database }: PanelState): TemplateResult {
  const { events } = database;
  return html`
    <section class="events" aria-labelledby="events">
      <h3 id="events">Events <code>video_analytics_events</code></h3>
      <ol tabindex="0" aria-labelledby="events">
        ${events.map(eventRow)}
        ${events.length === 0 ? html`<li class="nothing">None yet. The first comes with the first quarter second.</li>` : ''}
      </ol>
    </section>
  `;
}

function eventRow({ timestamp, event_type: type, metadata }: EventRow): TemplateResult {
  return html`
    <li data-event=${type}>
      <time datetime=${timestamp}>${formatClock(timestamp)}</time>
      <span>${type}</span>
      <b>${type === 'video_progress' ? `${metadata.percent_complete} %` : ''}</b>
    </li>
  `;
}
