import { describe, expect, it } from 'vitest';

import { figure, median, toTable } from './figure.ts';

describe('figure', () => {
  it.each([
    [0.35, true],
    [0.3499, false],
    [Number.NaN, false],
  ])('holds %d against a floor of 0.35: %s', (value, isReached) => {
    expect(figure('rate', value, { atLeast: 0.35 }).isReached).toBe(isReached);
  });

  it.each([
    [700, true],
    [700.1, false],
    [Number.NaN, false],
  ])('holds %d against a limit of 700: %s', (value, isReached) => {
    expect(figure('size', value, { atMost: 700 }).isReached).toBe(isReached);
  });

  it('wants nothing of a number told for its own sake', () => {
    expect(figure('days', 3, { digits: 0 })).toEqual({ what: 'days', reached: '3' });
  });
});

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

describe('toTable', () => {
  it('is Markdown, with what was missed in bold', () => {
    expect(toTable([figure('rate', 0.2, { atLeast: 0.35 }), figure('days', 3, { digits: 0 })])).toBe(
      [
        '| figure | wanted  | reached | ok     |',
        '| ------ | ------- | ------- | ------ |',
        '| rate   | >= 0.35 | 0.20    | **no** |',
        '| days   |         | 3       |        |',
      ].join('\n'),
    );
  });
});
