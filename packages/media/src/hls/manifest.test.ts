import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifestNeeds } from './manifest.ts';

const ladder = (name: string): string =>
  readFileSync(new URL(`../../../../examples/clips/ladder/${name}.m3u8`, import.meta.url), 'utf8');

describe('readManifestNeeds', () => {
  it('needs nothing for a ladder of pictures with their own sound', () => {
    expect(readManifestNeeds(ladder('master'))).toEqual({ hasRenditions: false, isProtected: false });
    expect(readManifestNeeds(ladder('high'))).toEqual({ hasRenditions: false, isProtected: false });
  });

  it('sees a rendition of subtitles', () => {
    expect(readManifestNeeds(ladder('captions')).hasRenditions).toBe(true);
  });

  it.each([
    ['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",URI="de.m3u8"', true],
    // Without an address it is what comes with the picture.
    ['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English"', false],
    ['#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="English",INSTREAM-ID="CC1"', false],
    ['#EXT-X-MEDIA:URI="de.m3u8",GROUP-ID="a",NAME="Deutsch",TYPE=AUDIO', true],
  ])('reads %s', (line, hasRenditions) => {
    expect(readManifestNeeds(`#EXTM3U\r\n${line}\r\n`).hasRenditions).toBe(hasRenditions);
  });

  it.each([
    ['#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://key"', true],
    ['#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:,"', true],
    ['#EXT-X-KEY:METHOD=AES-128,URI="key"', false],
  ])('reads %s', (line, isProtected) => {
    expect(readManifestNeeds(`#EXTM3U\n${line}\n`).isProtected).toBe(isProtected);
  });

  it('is total', () => {
    fc.assert(fc.property(fc.string(), (text) => readManifestNeeds(text) !== undefined));
    const page = '<html>\n#EXT-X-MEDIA:TYPE=AUDIO,URI="a"';
    expect(readManifestNeeds(page)).toEqual({ hasRenditions: false, isProtected: false });
  });
});
