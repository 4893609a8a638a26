import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVendorGrammar } from '../../testing/describe-source-grammar.ts';
import { parseVimeoSource } from './source.ts';

describeVendorGrammar({
  name: 'parseVimeoSource',
  parse: parseVimeoSource,
  ids: fc.stringMatching(/^[1-9][0-9]{0,11}$/),
  shapes: [
    (id) => `vimeo:${id}`,
    (id) => `https://vimeo.com/${id}`,
    (id) => `http://www.vimeo.com/${id}/?share=copy`,
    (id) => `https://player.vimeo.com/video/${id}?title=0&autoplay=1`,
    (id) => `https://vimeo.com/channels/staffpicks/${id}`,
    (id) => `https://vimeo.com/channels/1234/${id}`,
    (id) => `https://vimeo.com/groups/motion/videos/${id}`,
    (id) => `https://vimeo.com/showcase/7654321/video/${id}`,
    (id) => `https://vimeo.com/album/7654321/video/${id}`,
    (id) => `https://vimeo.com/ondemand/film/${id}`,
  ],
  refused: {
    'a look-alike host': 'https://vimeo.com.evil.tld/22439234',
    'an id with a letter': 'https://vimeo.com/2243923a',
    'an id of thirteen digits': 'https://vimeo.com/1234567890123',
    'an id that begins with 0': 'vimeo:022439234',
    'a hash that is none': 'https://vimeo.com/22439234/settings',
    'more after the hash': 'https://vimeo.com/22439234/abcdef0123/settings',
    'a showcase without a video': 'https://vimeo.com/showcase/7654321',
    'a user': 'https://vimeo.com/staff',
  },
});

describe('parseVimeoSource', () => {
  it.each([
    'https://vimeo.com/22439234/abcdef0123',
    'https://vimeo.com/22439234?h=abcdef0123',
    'https://player.vimeo.com/video/22439234?h=abcdef0123&badge=0',
    'vimeo:22439234/abcdef0123',
  ])('keeps what unlocks the unlisted video %s', (src) => {
    expect(parseVimeoSource(src)).toEqual({
      provider: 'vimeo',
      id: '22439234',
      token: 'abcdef0123',
      url: 'https://vimeo.com/22439234/abcdef0123',
    });
  });

  it('tells a hash of digits from an id', () => {
    expect(parseVimeoSource('https://vimeo.com/22439234/1234567890')).toMatchObject({
      id: '22439234',
      token: '1234567890',
    });
  });

  it("reads Vimeo's own #t=1m2s", () => {
    expect(parseVimeoSource('https://vimeo.com/22439234#t=1m2s')?.startTime).toBe(62);
  });
});
