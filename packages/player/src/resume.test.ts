import { describe, expect, it } from 'vitest';
import { chooseResumePosition } from './resume.ts';

describe('chooseResumePosition', () => {
  it.each([
    ['goes on where the viewer left off', { positionSeconds: 40, durationSeconds: 100, isCompleted: false }, 40],
    [
      'begins at the beginning of what is new',
      { positionSeconds: null, durationSeconds: 100, isCompleted: false },
      null,
    ],
    ['needs no seek to the beginning', { positionSeconds: 0, durationSeconds: 100, isCompleted: false }, null],
    ['begins anew what was completed', { positionSeconds: 40, durationSeconds: 100, isCompleted: true }, null],
    ['begins anew what was left at its end', { positionSeconds: 98.5, durationSeconds: 100, isCompleted: false }, null],
    [
      'trusts the position while the duration is unknown',
      { positionSeconds: 40, durationSeconds: null, isCompleted: false },
      40,
    ],
    ['does so before the media knows it, too', { positionSeconds: 40, durationSeconds: NaN, isCompleted: false }, 40],
    ['ignores a position that is none', { positionSeconds: NaN, durationSeconds: 100, isCompleted: false }, null],
  ])('%s', (_, visit, position) => expect(chooseResumePosition(visit)).toBe(position));
});
