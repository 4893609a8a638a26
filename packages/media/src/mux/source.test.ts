import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVendorGrammar } from '../../testing/describe-source-grammar.ts';
import { parseMuxSource } from './source.ts';

const ID = 'DS00Spx1CV902MCtPj5WknGlR102V5HFkDe';
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJEUyJ9.c2ln-_X';

describeVendorGrammar({
  name: 'parseMuxSource',
  parse: parseMuxSource,
  ids: fc.stringMatching(/^[A-Za-z0-9]{20,60}$/),
  shapes: [
    (id) => `mux:${id}`,
    (id) => `https://stream.mux.com/${id}.m3u8`,
    (id) => `http://stream.mux.com/${id}.m3u8`,
    (id) => `https://player.mux.com/${id}`,
    (id) => `https://player.mux.com/${id}?metadata-video-title=Lesson&accent-color=%23fa50b5`,
  ],
  refused: {
    'a look-alike host': `https://stream.mux.com.evil.tld/${ID}.m3u8`,
    'a custom domain, which is any HLS address': `https://stream.example.com/${ID}.m3u8`,
    'a stream with limits, which is no longer simply that video': `https://stream.mux.com/${ID}.m3u8?max_resolution=720p`,
    'a file rendition': `https://stream.mux.com/${ID}/high.mp4`,
    'a thumbnail': `https://image.mux.com/${ID}/thumbnail.webp`,
    'a short id': 'mux:abc123',
    'an id of more than 100 characters': `mux:${'a'.repeat(101)}`,
    'a foreign character in the id': `mux:${ID}-1`,
    'a token that is no JWT': `mux:${ID}?token=abc`,
    'a token that would add parameters': `https://player.mux.com/${ID}?playback-token=a.b.c%26x=1`,
  },
});

describe('parseMuxSource', () => {
  it.each([
    `https://stream.mux.com/${ID}.m3u8?token=${TOKEN}`,
    `https://player.mux.com/${ID}?playback-token=${TOKEN}`,
    `mux:${ID}?token=${TOKEN}`,
  ])('keeps the playback token of %s', (src) => {
    const source = parseMuxSource(src);
    expect(source).toEqual({
      provider: 'mux',
      id: ID,
      token: TOKEN,
      url: `https://stream.mux.com/${ID}.m3u8?token=${TOKEN}`,
    });
    expect(parseMuxSource(source?.url ?? '')).toEqual(source);
  });

  it("begins where the page's start-time says", () => {
    expect(parseMuxSource(`https://player.mux.com/${ID}?start-time=12.5`)?.startTime).toBe(12.5);
  });
});
