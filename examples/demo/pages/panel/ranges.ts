/** A stretch of the video, `[start, end)`, seconds. */
export type Range = readonly [start: number, end: number];

/** Reads an `int4multirange` of milliseconds as PostgREST sends it: `{[0,30100),[50000,60000)}`. */
export function parseMultirange(text: string | null | undefined): readonly Range[] {
  return [...(text ?? '').matchAll(/\[(\d+),(\d+)\)/g)].map(([, start, end]) => [
    Number(start) / 1000,
    Number(end) / 1000,
  ]);
}

/** What is in `from` and not in `without`; both ascending and free of overlaps. */
export function subtract(from: readonly Range[], without: readonly Range[]): readonly Range[] {
  return from.flatMap(([start, end]) => {
    const left: Range[] = [];
    let at = start;
    for (const [cutStart, cutEnd] of without) {
      if (cutEnd <= at || cutStart >= end) continue;
      if (cutStart > at) left.push([at, cutStart]);
      at = cutEnd;
    }
    return at < end ? [...left, [at, end] as const] : left;
  });
}

/** Their lengths added up, seconds. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}
