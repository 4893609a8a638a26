import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readByteRange } from './byte-range.ts';

it.each([
  [null, null],
  ['bytes=-', null],
  ['bytes=5-3', null],
  ['bytes=0-1,4-5', null],
  ['items=0-1', null],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=-200', { start: 0, end: 99 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
])('reads %s of 100 bytes as %o', (header, range) => {
  expect(readByteRange(header, 100)).toEqual(range);
});

it('never leads out of the file', () => {
  const numbers = fc.option(fc.nat(), { nil: '' });
  fc.assert(
    fc.property(numbers, numbers, fc.nat(), (from, to, bytes) => {
      const range = readByteRange(`bytes=${from}-${to}`, bytes);
      if (range === null || range === 'unsatisfiable') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeLessThan(bytes);
      expect(range.start).toBeLessThanOrEqual(range.end);
    }),
  );
});
