import type { WatchReadout } from '@chronos-player/tracker';

/** What a strip shows; seconds. */
export interface StripPicture {
  readonly ranges: WatchReadout['ranges'];
  readonly currentTime: number;
  readonly duration: number;
}

const SVG = 'http://www.w3.org/2000/svg';
/** The strip is so many units long, whatever its size on screen. */
const LENGTH = 1000;
const HEIGHT = 16;
/** More rectangles than this nobody can see, and drawing must not disturb what is measured. */
const MAX_RANGES = 512;

/** The video from left to right: what was watched is filled, the playhead is a line. Attributes only, no styles: a CSP may forbid them. */
export class WatchedStrip {
  readonly element: SVGSVGElement = document.createElementNS(SVG, 'svg');
  #drawn = '';

  constructor() {
    this.element.setAttribute('viewBox', `0 0 ${LENGTH} ${HEIGHT}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('role', 'img');
  }

  show({ ranges, currentTime, duration }: StripPicture): void {
    const scale = duration > 0 && Number.isFinite(duration) ? LENGTH / duration : 0;
    const shown = ranges.slice(0, MAX_RANGES).map(([start, end]) => [start * scale, (end - start) * scale]);
    const drawn = JSON.stringify([shown, currentTime * scale]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const watched = shown.map(([x = 0, width = 0]) => createRect(x, width));
    const head = createRect(Math.min(LENGTH - 2, currentTime * scale), 2);
    head.setAttribute('class', 'head');
    this.element.replaceChildren(...watched, head);
    this.element.setAttribute('aria-label', describe(ranges));
  }
}

function createRect(x: number, width: number): SVGRectElement {
  const rect = document.createElementNS(SVG, 'rect');
  const box = { x, y: 0, width, height: HEIGHT, fill: 'currentColor' };
  for (const [name, value] of Object.entries(box)) rect.setAttribute(name, String(value));
  return rect;
}

function describe(ranges: StripPicture['ranges']): string {
  if (ranges.length === 0) return 'Nothing watched yet';
  return `Watched: ${ranges.map(([start, end]) => `${formatTime(start)} to ${formatTime(end)}`).join(', ')}`;
}

/** Seconds as a player shows them, with a tenth: `1:02.5`. */
export function formatTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  return `${minutes}:${(rest / 10).toFixed(1).padStart(4, '0')}`;
}
