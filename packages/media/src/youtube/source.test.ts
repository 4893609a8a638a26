import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVendorGrammar } from '../../testing/describe-source-grammar.ts';
import { parseYouTubeSource } from './source.ts';

const ID = 'aqz-KE-bpKQ';

describeVendorGrammar({
  name: 'parseYouTubeSource',
  parse: parseYouTubeSource,
  ids: fc.stringMatching(/^[\w-]{11}$/).filter((id) => id !== 'videoseries' && id !== 'live_stream'),
  shapes: [
    (id) => `youtube:${id}`,
    (id) => `https://www.youtube.com/watch?v=${id}`,
    (id) => `http://youtube.com/watch?v=${id}`,
    (id) => `//www.youtube.com/embed/${id}`,
    (id) => `https://m.youtube.com/watch?feature=share&v=${id}&list=PL1234567890`,
    (id) => `https://music.youtube.com/watch?v=${id}&si=x`,
    (id) => `https://youtu.be/${id}?si=abc`,
    (id) => `https://www.youtube.com/shorts/${id}`,
    (id) => `https://www.youtube.com/embed/${id}?rel=0`,
    (id) => `https://www.youtube.com/live/${id}?feature=shared`,
    (id) => `https://www.youtube.com/v/${id}`,
    (id) => `https://www.youtube-nocookie.com/embed/${id}`,
    (id) => `  https://youtube-nocookie.com/embed/${id}/`,
  ],
  refused: {
    'a look-alike host': `https://youtube.com.evil.tld/watch?v=${ID}`,
    'a host that only ends alike': `https://notyoutube.com/watch?v=${ID}`,
    'the vendor in the path': `https://evil.tld/youtube.com/watch?v=${ID}`,
    'an id of ten characters': 'https://youtu.be/aqz-KE-bpK',
    'an id of twelve characters': 'https://youtu.be/aqz-KE-bpKQQ',
    'a foreign character in the id': 'https://youtu.be/aqz-KE-bp.Q',
    'an escaped character in the id': 'https://youtu.be/aqz-KE-b%51Q',
    'a playlist embed': 'https://www.youtube.com/embed/videoseries?list=PL1',
    'a live channel embed': 'https://www.youtube.com/embed/live_stream?channel=UC1',
    'a channel': 'https://www.youtube.com/@aqz-KE-bpKQ',
    'a bare id, which could as well be a file': ID,
    'an id with slashes': `youtube://${ID}`,
  },
});

describe('parseYouTubeSource', () => {
  it.each([
    ['?t=90', { startTime: 90 }],
    ['?t=90s', { startTime: 90 }],
    ['?t=1m30s', { startTime: 90 }],
    ['?t=1h2m3s', { startTime: 3723 }],
    ['?t=2h', { startTime: 7200 }],
    ['?start=30&end=60', { startTime: 30, endTime: 60 }],
    ['?t=10#t=20,30', { startTime: 20, endTime: 30 }],
    ['?t=10#t=30,20', { startTime: 10 }],
    ['?t=0', {}],
    ['?t=-5', {}],
    ['?t=soon', {}],
    ['?t=', {}],
    ['?start=60&end=30', {}],
    ['?t=1e9', {}],
  ])('reads the times of %s', (query, times) => {
    const source = parseYouTubeSource(`https://youtu.be/${ID}${query}`);
    expect({ startTime: source?.startTime, endTime: source?.endTime }).toEqual({
      startTime: undefined,
      endTime: undefined,
      ...times,
    });
  });

  it('is canonical: the watch page with the times as fragment', () => {
    expect(parseYouTubeSource(`http://youtu.be/${ID}?list=PL1&t=1m30s&end=100`)).toEqual({
      provider: 'youtube',
      id: ID,
      url: `https://www.youtube.com/watch?v=${ID}#t=90,100`,
      startTime: 90,
      endTime: 100,
    });
  });
});
