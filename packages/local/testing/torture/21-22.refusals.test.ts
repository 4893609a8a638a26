import { expect, it } from 'vitest';
import { describeItems } from './describe-items.ts';
import { forge, newestOf } from './messages.ts';

const UNKNOWN_VIDEO = '00000000-0000-4000-8000-00000000dead';
const OTHER_SESSION = '00000000-0000-4000-8000-00000000beef';
const OTHER_KEY = 'f'.repeat(32);

const many = (count: number): string =>
  `"{${Array.from({ length: count }, (_, place) => `[${2 * place},${2 * place + 1})`).join()}}"`;

/** Arguments as raw JSON, since JavaScript would mend or refuse some of it. All that the database alone can say: watch-hostile.test.ts. */
const HOSTILE: readonly { what: string; name: string; json: string }[] = [
  { what: 'NaN', name: 'p_watch_time_ms', json: '"NaN"' },
  { what: 'infinity', name: 'p_watch_time_ms', json: '"Infinity"' },
  { what: 'an endless number', name: 'p_content_ms', json: '1e400' },
  { what: 'a negative', name: 'p_age_ms', json: '-1' },
  { what: '1e12', name: 'p_watch_time_ms', json: '1e12' },
  { what: 'text', name: 'p_position_ms', json: '"many"' },
  { what: 'null', name: 'p_session_id', json: 'null' },
  { what: 'reversed ranges', name: 'p_watched', json: '"{[20,10)}"' },
  { what: '513 ranges', name: 'p_watched', json: many(513) },
  { what: '100,000 ranges', name: 'p_watched', json: many(100_000) },
  { what: 'JSON of 20,000 levels', name: 'p_counters', json: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` },
  { what: 'a body of 5 MB', name: 'p_context', json: `{"a":"${'x'.repeat(5_000_000)}"}` },
];

// That a refusal takes as long whatever its reason is measured by `npm run bench` (packages/local/bench/measure-refusals.ts):
// medians of 1,000 calls are no matter for a unit test.
describeItems('torture list 21 and 22: refusals', (world) => {
  it('21. wrong key, another student`s start, unknown and forbidden video: one refusal, and nothing changes', async () => {
    const [ann, bob] = [await world().signIn(1), await world().signIn(2)];
    const { video, tab } = await world().visitNew(ann);
    const forbidden = await world().addVideo({ access: 'enrolled' });
    await tab.play(12);
    const before = await world().read(video);
    const message = newestOf(tab);
    const another = { ...message, p_session_id: OTHER_SESSION };
    const refusals = [
      await world().post('update_watch_session', forge(message, { p_write_key: OTHER_KEY })),
      await world().post('start_watch_session', forge(message, {}), bob),
      await world().post('start_watch_session', { ...another, p_video_id: UNKNOWN_VIDEO }, bob),
      await world().post('update_watch_session', { ...another, p_video_id: UNKNOWN_VIDEO }),
      await world().post('start_watch_session', { ...another, p_video_id: forbidden }, bob),
      await world().post('end_watch_session', { ...another, p_video_id: forbidden }),
    ];
    expect(refusals[0]).toMatchObject({ status: 403, body: { code: 'PT403' } });
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect(await world().read(video)).toEqual(before);
    expect((await world().read(forbidden)).sessions).toEqual([]);
  });

  it.each(['unknown', 'forbidden'])('21. a page with a video that is %s asks once and says so once', async (kind) => {
    const video = kind === 'unknown' ? UNKNOWN_VIDEO : await world().addVideo({ access: 'enrolled' });
    const tab = await world().visit(video, await world().signIn(3));
    await tab.play(60);
    await tab.close();
    expect(tab.requests).toHaveLength(1);
    expect(tab.errors).toMatchObject([{ code: 'refused', status: 403, reason: 'PT403' }]);
    expect(Object.keys(tab.profile.storage).filter((key) => key.startsWith('chronos-outbox'))).toEqual([]);
  });

  it('21. a page whose key is not believed any more says so once', async () => {
    const { video, tab } = await world().visitNew();
    await tab.play(12);
    const before = await world().read(video);
    const sent = tab.requests.length;
    tab.link.tamper = (body) => body.replace(/"p_write_key":"\w+"/, `"p_write_key":"${OTHER_KEY}"`);
    await tab.play(60);
    await tab.close();
    expect(tab.requests).toHaveLength(sent + 1);
    expect(tab.errors).toMatchObject([{ code: 'refused', status: 403, reason: 'PT403' }]);
    expect(await world().read(video)).toEqual(before);
  });

  it.each(HOSTILE)('22. $what: refused, the row unchanged, and not sent again', async ({ name, json }) => {
    const { video, tab } = await world().visitNew();
    await tab.play(12);
    const before = await world().read(video);
    const sent = tab.requests.length;
    // Whatever made it so, a bug or a proxy.
    tab.link.tamper = (body) => {
      const args = JSON.parse(body) as object;
      const rest = Object.entries(args).filter(([key]) => key !== name);
      return `{${rest.map(([key, value]) => `"${key}":${JSON.stringify(value)}`).join()},"${name}":${json}}`;
    };
    await tab.play(60);
    await tab.close();
    const refused = tab.requests.slice(sent);
    expect(refused.map(({ status }) => Math.floor((status ?? 0) / 100))).toEqual([4]);
    expect(tab.errors).toMatchObject([{ code: 'refused' }]);
    expect(await world().read(video)).toEqual(before);

    tab.kill();
    const next = await world().visit(await world().addVideo(), { profile: tab.profile });
    await world().pass(5_000);
    expect(next.requests.flatMap(({ messages }) => messages).filter(({ p_video_id }) => p_video_id === video)).toEqual(
      [],
    );
  });
});
