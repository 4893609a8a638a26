import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseSource } from '../../media/src/source.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ engine: 'pglite' });
}, 60_000);
afterAll(() => database.close());

const MUX = 'DS00Spx1CV902MCtPj5WknGlR102V5HFkDe';
const LOOM = '0281766fa2d04bb788eaf19e65135184';

/** Addresses and short forms; what the player makes of them is the expectation, not this list. */
const SOURCES = [
  'https://youtu.be/aqz-KE-bpKQ?t=90',
  'youtube:___________',
  'youtube:videoseries',
  'youtube:live_stream',
  'youtube:aqz-KE-bpK',
  'youtube:aqz-KE-bpKQQ',
  `https://stream.mux.com/${MUX}.m3u8`,
  `mux:${MUX.slice(0, 20)}`,
  `mux:${MUX.slice(0, 19)}`,
  `mux:${'a'.repeat(100)}`,
  `mux:${'a'.repeat(101)}`,
  `mux:${MUX}-`,
  `https://www.loom.com/share/a-title-${LOOM}`,
  `loom:${LOOM.toUpperCase()}`,
  `loom:${LOOM}0`,
  'https://vimeo.com/76979871',
  'https://vimeo.com/76979871/8272103f6e',
  'https://player.vimeo.com/video/76979871?h=8272103f6e',
  'vimeo:076979871',
  'vimeo:123456789012',
  'vimeo:1234567890123',
  'vimeo:76979871/8272',
  'vimeo:76979871/xyzxyz',
  'https://home.wistia.com/medias/e4a27b971d',
  'wistia:E4A27B971D',
  'wistia:e4a27b971',
];
const VENDORS = ['youtube', 'mux', 'loom', 'vimeo', 'wistia'];

describe('private.is_source_id', () => {
  it.for(SOURCES)('%s: takes what the player reads out of it, and refuses what the player refuses', async (src) => {
    const source = parseSource(src);
    const provider = VENDORS.find((vendor) => src.includes(vendor)) ?? 'youtube';
    // An unlisted Vimeo video is stored with its hash; no other token is part of an id.
    const token = provider === 'vimeo' && source?.token !== undefined ? `/${source.token}` : '';
    const id = source === null ? src.replace(/^\w+:/, '') : `${source.id}${token}`;
    const { rows } = await database.query<{ accepted: boolean }>('select private.is_source_id($1, $2) as accepted', [
      provider,
      id,
    ]);
    expect(rows).toEqual([{ accepted: source !== null }]);
  });

  it('stores nothing that the player could not read back', async () => {
    for (const src of SOURCES) {
      const source = parseSource(src);
      if (source === null) continue;
      const short = `${source.provider}:${source.id}${source.provider === 'vimeo' && source.token !== undefined ? `/${source.token}` : ''}`;
      expect(parseSource(short)).toMatchObject({ provider: source.provider, id: source.id });
    }
  });
});
