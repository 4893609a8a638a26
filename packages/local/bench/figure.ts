/** One line of the table: what was measured, and whether it is what it should be. */
export interface Figure {
  what: string;
  /** As the specification puts it; absent where a number is told for its own sake. */
  wanted?: string;
  reached: string;
  /** Undefined where nothing is wanted. */
  isReached?: boolean;
}

/** A figure that must reach a number from below (`atLeast`) or above (`atMost`), written with its unit. */
export function figure(
  what: string,
  value: number,
  { atLeast, atMost, digits = 2, unit = '' }: { atLeast?: number; atMost?: number; digits?: number; unit?: string },
): Figure {
  const tell = (number: number): string => `${number.toFixed(digits)}${unit}`;
  if (atLeast !== undefined) {
    return { what, wanted: `>= ${tell(atLeast)}`, reached: tell(value), isReached: value >= atLeast };
  }
  if (atMost !== undefined) {
    return { what, wanted: `<= ${tell(atMost)}`, reached: tell(value), isReached: value <= atMost };
  }
  return { what, reached: tell(value) };
}

/** The middle one; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The table as Markdown, readable as it is. */
export function toTable(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'wanted', 'reached', 'ok'],
    ...figures.map(({ what, wanted = '', reached, isReached }) => [
      what,
      wanted,
      reached,
      isReached === undefined ? '' : isReached ? 'yes' : '**no**',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const [head, ...body] = rows.map(
    (row) => `| ${row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}
