import { describe, expect, it } from 'vitest';
import { formatAgo, formatCount, formatTime } from './format.ts';

describe('formatTime', () => {
  it.each([
    [0, '0:00.0'],
    [0.3, '0:00.3'],
    [59.999, '0:59.9'],
    [71.25, '1:11.2'],
    [3671.2, '1:01:11.2'],
    [null, '–'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%s s are %s', (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });

  it('cuts the tenths off where they would be noise', () => {
    expect(formatTime(59.9, { decimals: 0 })).toBe('0:59');
  });
});

describe('formatAgo', () => {
  it.each([
    [-300, 'now'],
    [400, 'now'],
    [12_400, '12 s ago'],
    [59_800, '1 min ago'],
    [7_200_000, '2 h ago'],
  ])('%s ms are %s', (milliseconds, text) => {
    expect(formatAgo(milliseconds)).toBe(text);
  });
});

describe('formatCount', () => {
  it('knows one from many', () => {
    expect([0, 1, 2].map((count) => formatCount(count, 'visit'))).toEqual(['0 visits', '1 visit', '2 visits']);
  });
});
