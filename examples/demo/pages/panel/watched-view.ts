import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { formatTime } from './format.ts';
import type { Chapter, PanelState } from './panel-state.ts';
import { parseMultirange, lengthOf, subtract, type Range } from './ranges.ts';

/** What was watched, drawn over the duration of the video, with the playhead. Not yet acknowledged stretches are pale. */
export function watchedView({ player, database, chapters }: PanelState): TemplateResult {
  const duration = player.durationSeconds;
  const inDatabase = parseMultirange(database.session?.watched);
  const layers = [
    { name: 'earlier', ranges: subtract(parseMultirange(database.progress?.watched), inDatabase) },
    { name: 'unsent', ranges: subtract(player.ranges, inDatabase) },
    { name: 'watched', ranges: inDatabase },
    { name: 'rewatched', ranges: parseMultirange(database.session?.rewatched) },
  ];
  return html`
    <figure class="watched-bar">
      <figcaption>
        <h2>Watched</h2>
        <span class="chapter">${chapterAt(chapters, player.positionSeconds)}</span>
        <span class="clock">
          ${formatTime(player.positionSeconds, { decimals: 0 })} / ${formatTime(duration, { decimals: 0 })}
        </span>
      </figcaption>
      <svg role="img" aria-label=${describe(player.ranges, duration)}>
        <defs>
          <pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5"></rect>
            <line y2="5"></line>
          </pattern>
        </defs>
        <svg class="track" height="100%" width="100%">
          <rect class="unwatched" width="100%" height="100%"></rect>
          ${layers.map(({ name, ranges }) => ranges.map((range) => bar(name, range, duration)))}
          ${chapters.slice(1).map(({ start_ms }) => mark('chapter-start', start_ms / 1000, duration))}
        </svg>
        ${mark('playhead', player.positionSeconds, duration)}
      </svg>
      <ul class="legend">
        <li class="watched">this visit</li>
        <li class="rewatched">twice or more</li>
        <li class="unsent">not yet in the database</li>
        <li class="earlier">earlier visits</li>
      </ul>
    </figure>
  `;
}

function bar(name: string, [start, end]: Range, duration: number): SVGTemplateResult | null {
  if (!(duration > 0)) return null;
  return svg`<rect class=${name} x=${share(start, duration)} width=${share(end - start, duration)} height="100%"></rect>`;
}

function mark(name: string, at: number, duration: number): SVGTemplateResult | null {
  if (!(duration > 0)) return null;
  const x = share(at, duration);
  return svg`<line class=${name} x1=${x} x2=${x} y1="0" y2="100%"></line>`;
}

function share(seconds: number, duration: number): string {
  return `${((100 * Math.min(seconds, duration)) / duration).toFixed(3)}%`;
}

function chapterAt(chapters: readonly Chapter[], seconds: number): string {
  return chapters.find(({ start_ms, end_ms }) => seconds * 1000 >= start_ms && seconds * 1000 < end_ms)?.title ?? '';
}

function describe(ranges: readonly Range[], duration: number): string {
  if (ranges.length === 0) return 'Nothing watched yet.';
  const parts = ranges.length === 1 ? 'one stretch' : `${ranges.length} stretches`;
  const [covered, whole] = [lengthOf(ranges), duration].map((seconds) => formatTime(seconds, { decimals: 0 }));
  return `Watched ${covered} of ${whole} in ${parts}.`;
}
