import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVendorGrammar } from '../../testing/describe-source-grammar.ts';
import { parseLoomSource } from './source.ts';

const ID = '0281766fa2d04bb788eaf19e65135184';

describeVendorGrammar({
  name: 'parseLoomSource',
  parse: parseLoomSource,
  ids: fc.stringMatching(/^[0-9a-f]{32}$/),
  shapes: [
    (id) => `loom:${id}`,
    (id) => `https://www.loom.com/share/${id}`,
    (id) => `http://loom.com/share/${id}?sid=11111111-2222-3333-4444-555555555555`,
    (id) => `https://www.loom.com/share/How-to-watch-${id}`,
    (id) => `https://www.loom.com/share/%C3%9Cber-uns-${id}`,
    (id) => `https://www.loom.com/embed/${id}?hide_owner=true&autoplay=1`,
  ],
  refused: {
    'a look-alike host': `https://www.loom.com.evil.tld/share/${ID}`,
    'an id of 31 characters': `https://www.loom.com/share/${ID.slice(1)}`,
    'an id of 33 characters': `https://www.loom.com/share/a${ID}`,
    'a letter beyond f': `https://www.loom.com/share/g${ID.slice(1)}`,
    capitals: `https://www.loom.com/share/${ID.toUpperCase()}`,
    'a slug in the short form': `loom:title-${ID}`,
    'another page': `https://www.loom.com/looms/${ID}`,
  },
});

describe('parseLoomSource', () => {
  it('drops sid, which names a person, and keeps the start', () => {
    expect(parseLoomSource(`https://www.loom.com/share/${ID}?sid=secret&t=30s`)).toEqual({
      provider: 'loom',
      id: ID,
      url: `https://www.loom.com/share/${ID}#t=30`,
      startTime: 30,
    });
  });
});
