import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSourceGrammar } from '../../testing/describe-source-grammar.ts';
import { parseHlsSource } from './source.ts';

describeSourceGrammar({
  name: 'parseHlsSource',
  parse: parseHlsSource,
  ids: fc.stringMatching(/^https?:\/\/[a-z]{1,20}\.example\/[a-z]{1,8}\/[a-z0-9]{1,8}\.m3u8(\?token=[a-z0-9]{1,8})?$/),
  shapes: [(id) => id],
  refused: {
    'a file': 'https://cdn.example/lesson.mp4',
    'a playlist named only in the query': 'https://cdn.example/play?file=lesson.m3u8',
    'a blob': 'blob:https://cdn.example/0b0b0b0b-0000-4000-8000-000000000000',
  },
});

describe('parseHlsSource', () => {
  it('keeps the signature of a signed address and reads the fragment', () => {
    expect(parseHlsSource('https://cdn.example/a/master.M3U8?sig=1&e=2#t=10,60')).toEqual({
      provider: 'hls',
      id: 'https://cdn.example/a/master.M3U8?sig=1&e=2',
      url: 'https://cdn.example/a/master.M3U8?sig=1&e=2#t=10,60',
      startTime: 10,
      endTime: 60,
    });
  });

  it('takes an address relative to the page', () => {
    expect(parseHlsSource('/clips/ladder/master.m3u8')?.id).toBe('/clips/ladder/master.m3u8');
  });
});
