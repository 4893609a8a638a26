import { html, type TemplateResult } from 'lit';
import { formatAgo, formatTime, NO_NUMBER } from './format.ts';
import type { PanelState } from './panel-state.ts';

/** Today's rollup of the video, as its creator sees it. */
export function dayView({ database, nowMs }: PanelState): TemplateResult {
  const { day } = database;
  return html`
    <header>
      <h2>Today, for the creator</h2>
      <p>
        ${
          day === null
            ? 'Computed about a minute after the first message.'
            : `Changed ${formatAgo(nowMs - Date.parse(day.updated_at))}. Recomputed about a minute after every message.`
        }
      </p>
    </header>
    <dl>
      ${figure('Views', day?.views)} ${figure('Unique viewers', day?.unique_viewers)}
      ${figure('Watch time', day && formatTime(day.total_watch_time_seconds, { decimals: 0 }))}
      ${figure('Watch time per view', day && formatTime(day.average_watch_time_seconds, { decimals: 0 }))}
      ${figure('Completions', day?.completions)}
      ${figure('Completion rate', day && day.completion_rate !== null ? `${Math.floor(day.completion_rate)} %` : null)}
    </dl>
  `;
}

function figure(name: string, value: string | number | null | undefined): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value ?? NO_NUMBER}</dd>
  </div>`;
}
