import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStable } from '../testing/describe-source-grammar.ts';
import { PROVIDERS } from './providers.ts';
import { parseSource } from './source.ts';

describe('parseSource', () => {
  it.each([
    ['https://youtu.be/aqz-KE-bpKQ', 'youtube'],
    ['https://www.loom.com/share/0281766fa2d04bb788eaf19e65135184', 'loom'],
    ['mux:DS00Spx1CV902MCtPj5WknGlR102V5HFkDe', 'mux'],
    ['https://stream.mux.com/DS00Spx1CV902MCtPj5WknGlR102V5HFkDe.m3u8', 'mux'],
    ['https://stream.mux.com/DS00Spx1CV902MCtPj5WknGlR102V5HFkDe.m3u8?max_resolution=720p', 'hls'],
    ['https://stream.mux.com/DS00Spx1CV902MCtPj5WknGlR102V5HFkDe/high.mp4', 'upload'],
    ['https://vimeo.com/22439234', 'vimeo'],
    ['https://home.wistia.com/medias/e4a27b971d', 'wistia'],
    ['https://cdn.example/master.m3u8', 'hls'],
    ['/clips/lesson.mp4', 'upload'],
  ])('gives %s to %s', (src, provider) => expect(parseSource(src)?.provider).toBe(provider));

  it.each(['', ' ', 'lesson', 'https://example.com', 'javascript:alert(1)', 'data:video/mp4;base64,AAAA', 'youtube:'])(
    'recognises nobody in %j',
    (src) => expect(parseSource(src)).toBeNull(),
  );

  it('never throws, and its canonical address gives the same source', () => {
    const extensions = fc.constantFrom('', '.mp4', '.m3u8', '.webm#t=1');
    const anything = fc.tuple(fc.string({ unit: 'binary' }), extensions).map((parts) => parts.join(''));
    const rule = fc.property(anything, (src) => isStable(parseSource, src));
    expect(() => fc.assert(rule, { numRuns: 2000 })).not.toThrow();
  });

  it('answers with a frozen value', () => {
    expect(Object.isFrozen(parseSource('/clips/lesson.mp4'))).toBe(true);
  });
});

describe('PROVIDERS', () => {
  it('has every provider once, with frozen capabilities', () => {
    const names = PROVIDERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(7);
    for (const { capabilities } of PROVIDERS) expect(Object.isFrozen(capabilities)).toBe(true);
  });

  it('lists rates exactly where not every rate is possible', () => {
    for (const { capabilities } of PROVIDERS) expect(capabilities.rates === null).toBe(capabilities.rate === 'yes');
  });
});
