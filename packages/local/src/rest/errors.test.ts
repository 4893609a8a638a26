import { describe, expect, it } from 'vitest';
import { toRestError } from './errors.ts';

describe('toRestError', () => {
  it('asks for patience where all connections are taken, as PostgREST does, and calls it no mistake of its own', () => {
    const error = new Error('timeout exceeded when trying to connect');
    expect(toRestError(error, true)).toMatchObject({ status: 504, body: { code: 'PGRST003' } });
    expect(toRestError(new Error('anything else'), true)).toBeUndefined();
  });
});
