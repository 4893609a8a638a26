import { describe, expect, it } from 'vitest';
import { createMediaError } from './media-error.ts';

describe('createMediaError', () => {
  it.each([
    ['ABORTED', 1],
    ['NETWORK', 2],
    ['DECODE', 3],
    ['SRC_NOT_SUPPORTED', 4],
  ] as const)("gives %s the platform's code %i", (name, code) => {
    expect(createMediaError(name, { message: 'Why.' })).toEqual({ code, message: 'Why.' });
  });

  it("keeps the vendor's own word as cause", () => {
    expect(createMediaError('SRC_NOT_SUPPORTED', { message: 'Not embeddable.', cause: 150 }).cause).toBe(150);
  });
});
