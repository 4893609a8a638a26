/** A half-open stretch of media time, `[startMs, endMs)`, whole milliseconds, `endMs > startMs`. */
export type Range = readonly [startMs: number, endMs: number];

/** The most ranges a snapshot carries; the database refuses more. */
const MAX_RANGES = 512;

/** What was played once and what was played twice or more. Both sorted, disjoint, never touching. */
export interface Coverage {
  readonly watched: readonly Range[];
  readonly rewatched: readonly Range[];
}

/** Adds one played stretch. What was watched before counts as rewatched now. Empty and reversed stretches change nothing. */
export function addPlayed(coverage: Coverage, range: Range): Coverage {
  if (!(range[1] > range[0])) return coverage;
  const again = intersect(coverage.watched, range);
  return {
    watched: union(coverage.watched, [range]),
    rewatched: again.length > 0 ? union(coverage.rewatched, again) : coverage.rewatched,
  };
}

/** The union of two sorted, disjoint lists. */
export function union(a: readonly Range[], b: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...a, ...b].toSorted((x, y) => x[0] - y[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** The parts of `ranges` that lie inside `window`. */
export function intersect(ranges: readonly Range[], [from, to]: Range): readonly Range[] {
  return ranges
    .map(([start, end]): Range => [Math.max(start, from), Math.min(end, to)])
    .filter(([start, end]) => end > start);
}

/** How much of `window` lies in `ranges`, in milliseconds. */
export function overlapOf(ranges: readonly Range[], [from, to]: Range): number {
  let sum = 0;
  for (const [start, end] of ranges) sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return sum;
}

/** The summed length, in milliseconds. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** The longest `MAX_RANGES` ranges, in order: a bound on what travels. Nothing that was not played is ever added. */
export function longest(ranges: readonly Range[], limit: number = MAX_RANGES): readonly Range[] {
  if (ranges.length <= limit) return ranges;
  return ranges
    .toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))
    .slice(0, limit)
    .toSorted((a, b) => a[0] - b[0]);
}
