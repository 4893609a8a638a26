import { MILESTONES } from '@chronos-player/tracker';
import { html, svg, type TemplateResult } from 'lit';
import { formatCount, NO_NUMBER } from './format.ts';
import type { PanelState } from './panel-state.ts';

/** How much of the video this viewer has covered over all visits, and the milestones recorded for it. */
export function progressView({ player, database }: PanelState): TemplateResult {
  const { progress } = database;
  const percent = progress?.percent_complete ?? 0;
  const measured = Math.max(percent, player.percent ?? 0);
  const visits = progress === null ? 'no visit yet' : `this viewer, ${formatCount(progress.sessions, 'visit')}`;
  const stored = progress === null ? NO_NUMBER : `${progress.percent_complete ?? NO_NUMBER} %`;
  return html`
    <figure class="progress-bar">
      <figcaption>
        <h2>Percent complete</h2>
        <span class="visits">${visits}</span>
        <span class="clock">${stored}</span>
      </figcaption>
      <svg role="img" aria-label="${percent} percent complete">
        <svg class="track" height="100%" width="100%">
          <rect class="unwatched" width="100%" height="100%"></rect>
          <rect class="unsent" width="${measured}%" height="100%"></rect>
          <rect class="watched" width="${percent}%" height="100%"></rect>
          ${MILESTONES.map((at) => svg`<line class="chapter-start" x1="${at}%" x2="${at}%" y1="0" y2="100%"></line>`)}
        </svg>
      </svg>
      <ol class="milestones" aria-label="Milestones">
        ${MILESTONES.map((at, index) => {
          const isReached = ((progress?.milestones ?? 0) & (1 << index)) !== 0;
          return html`<li data-at=${at} ?data-reached=${isReached}>
            ${at}<span class="quiet-to-eyes">${isReached ? ' percent, reached' : ' percent, not reached'}</span>
          </li>`;
        })}
      </ol>
    </figure>
  `;
}
