/** Bytes of a file, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header of one range, as players send it.
 *
 * @returns the bytes; null when the whole file is meant (no header, or one that may be ignored); `unsatisfiable` for 416.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range
 */
export function readByteRange(header: string | null, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (!from && !to)) return null;
  if (!from) {
    const last = Math.min(Number(to), bytes);
    return last === 0 ? 'unsatisfiable' : { start: bytes - last, end: bytes - 1 };
  }
  const [start, end] = [Number(from), to ? Math.min(Number(to), bytes - 1) : bytes - 1];
  if (to && Number(to) < start) return null;
  return start >= bytes ? 'unsatisfiable' : { start, end };
}
