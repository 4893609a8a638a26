import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVendorGrammar } from '../../testing/describe-source-grammar.ts';
import { parseWistiaSource } from './source.ts';

describeVendorGrammar({
  name: 'parseWistiaSource',
  parse: parseWistiaSource,
  ids: fc.stringMatching(/^[a-z0-9]{10}$/),
  shapes: [
    (id) => `wistia:${id}`,
    (id) => `https://home.wistia.com/medias/${id}`,
    (id) => `https://my-school.wistia.com/medias/${id}/manage`,
    (id) => `https://my-school.wistia.com/m/${id}`,
    (id) => `http://my-school.wi.st/medias/${id}`,
    (id) => `https://fast.wistia.net/embed/iframe/${id}?autoPlay=true`,
    (id) => `https://fast.wistia.com/embed/medias/${id}.jsonp`,
    (id) => `https://wistia.com/library/webcam?wvideo=${id}`,
  ],
  refused: {
    'a look-alike host': 'https://home.wistia.com.evil.tld/medias/e4a27b971d',
    'a host that only ends alike': 'https://notwistia.com/medias/e4a27b971d',
    'an id of nine characters': 'wistia:e4a27b971',
    'an id of eleven characters': 'https://home.wistia.com/medias/e4a27b971dd',
    capitals: 'wistia:E4A27B971D',
    'a share link, whose slug is not the id': 'https://home.wistia.com/s/a1b2c3d4e5',
    'a project': 'https://home.wistia.com/projects/e4a27b971d',
  },
});

describe('parseWistiaSource', () => {
  it.each(['?wtime=1m30s', '?time=90', '#t=90'])('begins where %s says', (suffix) => {
    expect(parseWistiaSource(`https://home.wistia.com/medias/e4a27b971d${suffix}`)?.startTime).toBe(90);
  });
});
