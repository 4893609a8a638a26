import { describe, expect, it } from 'vitest';
import { fakeDatabase } from '../testing/fake-database.ts';
import { markAsWatched } from './mark-as-watched.ts';

const videoId = '11111111-1111-4111-8111-111111111111';
const answer = { session_id: 's', seq: 0, completed: true, events: [{ event_type: 'video_completed' }], flags: [] };

describe('markAsWatched', () => {
  it('gives the word of whoever is signed in', async () => {
    const database = fakeDatabase();
    database.reply = () => Response.json(answer);
    const result = await markAsWatched({ ...database.endpoint, videoId, identity: { accessToken: 'jwt' } });
    expect(result).toEqual({ ok: true, answer });
    expect(database.requests).toMatchObject([
      { rpc: 'attest_video_watched', args: { p_video_id: videoId }, headers: { authorization: 'Bearer jwt' } },
    ]);
  });

  it('gives the word of whom the platform names', async () => {
    const database = fakeDatabase();
    database.reply = () => Response.json(answer);
    await markAsWatched({ ...database.endpoint, videoId, identity: { viewerToken: 'signed' } });
    expect(database.requests[0]?.args).toEqual({ p_video_id: videoId, p_viewer_token: 'signed' });
    expect(database.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  for (const [status, reason] of [
    [401, 'PT401'],
    [403, 'PT403'],
    [409, 'PT409'],
  ] as const) {
    it(`answers ${reason} as the database does, not to be sent again`, async () => {
      const database = fakeDatabase();
      database.reply = () => status;
      const result = await markAsWatched({ ...database.endpoint, videoId, identity: {} });
      expect(result).toMatchObject({ ok: false, retry: false, status, reason });
    });
  }

  it('says that it may succeed later where nothing answers', async () => {
    const database = fakeDatabase();
    database.reply = () => 'down';
    const result = await markAsWatched({ ...database.endpoint, videoId, identity: { accessToken: 'jwt' } });
    expect(result).toMatchObject({ ok: false, retry: true, status: 0 });
  });
});
