/** `[start, end)`, seconds of the video. */
type Stretch = readonly [start: number, end: number];

/** What one visit truly amounted to, written down beside the player by whoever moves it. */
export class SoakTruth {
  readonly videoId: string;
  /** How it ended: `crash` keeps only what was on disk, at most the last second is missing. */
  ending: 'open' | 'closed' | 'crash' = 'open';
  watch: number = 0;
  readonly #stretches: Stretch[] = [];

  constructor(videoId: string) {
    this.videoId = videoId;
  }

  /** The playhead moved by playing. */
  played(from: number, to: number, rate: number): void {
    if (to <= from) return;
    this.watch += (to - from) / rate;
    this.#stretches.push([from, to]);
  }

  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }
}

/** Length of the union, seconds. */
export function lengthOfUnion(stretches: Iterable<Stretch>): number {
  let length = 0;
  let reached = -Infinity;
  for (const [start, end] of [...stretches].toSorted(([a], [b]) => a - b)) {
    length += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return length;
}
