/**
 * A TimeRanges (`buffered`, `seekable`) from plain pairs, for media that are not media elements.
 *
 * @param pairs `[start, end]` in seconds, ascending, not overlapping: as the platform gives them.
 * @throws IndexSizeError from `start` and `end`, as on the platform.
 * @see https://html.spec.whatwg.org/multipage/media.html#time-ranges
 * @example createTimeRanges([[0, 12.5]]).end(0) // 12.5
 */
export function createTimeRanges(pairs: readonly (readonly [start: number, end: number])[]): TimeRanges {
  const at = (index: number): readonly [start: number, end: number] => {
    const pair = pairs[index];
    if (!pair) throw new DOMException(`There is no range ${index}; length is ${pairs.length}.`, 'IndexSizeError');
    return pair;
  };
  return Object.freeze({
    length: pairs.length,
    start: (index: number) => at(index)[0],
    end: (index: number) => at(index)[1],
  });
}
