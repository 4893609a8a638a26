import { expect, it } from 'vitest';

import { describeRest, refusal } from '../../testing/rest-fixture.ts';

describeRest('writing a table', (rest) => {
  it('inserts with 201, returning nothing or the row', async () => {
    const quiet = await rest.anon.from('books').insert({ title: 'Quiet' });
    expect([quiet.status, quiet.data, quiet.error]).toEqual([201, null, null]);
    const { data, status } = await rest.anon
      .from('books')
      .insert({ title: 'New', tags: ['a', 'b'], read: '{[1,2)}', details: { x: [1] } })
      .select('title, tags, read, details')
      .single();
    expect([status, data]).toEqual([201, { title: 'New', tags: ['a', 'b'], read: '{[1,2)}', details: { x: [1] } }]);
  });

  it('inserts many at once and fills what a row lacks with null, or with defaults when asked', async () => {
    const nulls = await rest.anon
      .from('books')
      .insert([{ title: 'D', price: 1 }, { title: 'E' }])
      .select('title, price');
    expect(nulls.data).toEqual([
      { title: 'D', price: 1 },
      { title: 'E', price: null },
    ]);
    const defaults = await rest.anon
      .from('books')
      .insert([{ title: 'F', price: 1 }, { title: 'G' }], { defaultToNull: false })
      .select('title, price, tags');
    expect(defaults.data).toEqual([
      { title: 'F', price: 1, tags: [] },
      { title: 'G', price: 9.99, tags: [] },
    ]);
  });

  it('keeps every digit of a number', async () => {
    const response = await rest.backend.post('/rest/v1/books?select=id', '{"id": 9007199254740993, "title": "Big"}', {
      prefer: 'return=representation',
    });
    expect(await response.text()).toBe('[{"id":9007199254740993}]');
  });

  it('inserts nothing from an empty list and only defaults from an empty object', async () => {
    expect((await rest.anon.from('books').insert([]).select()).data).toEqual([]);
    expect((await rest.anon.from('books').insert({})).error?.code).toBe('23502');
  });

  it('merges and ignores duplicates', async () => {
    const merged = await rest.anon
      .from('authors')
      .upsert([
        { id: 1, name: 'Ada L.' },
        { id: 3, name: 'Cleo' },
      ])
      .select();
    expect(merged.data).toEqual([
      { id: 1, name: 'Ada L.', user_id: null },
      { id: 3, name: 'Cleo', user_id: null },
    ]);
    await rest.anon.from('authors').upsert({ id: 1, name: 'Nobody' }, { ignoreDuplicates: true });
    expect((await rest.anon.from('authors').select('name').eq('id', 1).single()).data).toEqual({ name: 'Ada L.' });
    const other = await rest.anon
      .from('books')
      .upsert({ author_id: 1, title: 'Anemones', pages: 91 }, { onConflict: 'author_id,title' })
      .select('id, pages');
    expect(other.data).toEqual([{ id: 1, pages: 91 }]);
  });

  it('updates what the filter names', async () => {
    const { data, status } = await rest.anon
      .from('books')
      .update({ pages: 1 })
      .eq('author_id', 1)
      .select('id, pages')
      .order('id', { ascending: false });
    expect([status, data]).toEqual([
      200,
      [
        { id: 2, pages: 1 },
        { id: 1, pages: 1 },
      ],
    ]);
    expect((await rest.anon.from('books').update({ pages: 5 }).eq('id', 99)).status).toBe(204);
    expect((await rest.anon.from('books').update({}).eq('id', 1).select()).data).toEqual([]);
  });

  it('deletes what the filter names', async () => {
    expect((await rest.anon.from('books').delete().eq('id', 1)).status).toBe(204);
    expect((await rest.anon.from('books').delete().eq('id', 2).select('id')).data).toEqual([{ id: 2 }]);
    expect((await rest.anon.from('books').select('*', { count: 'exact', head: true })).count).toBe(1);
  });

  it('refuses to update or delete everything, as Supabase does', async () => {
    const response = await rest.backend.send('/rest/v1/books', { method: 'DELETE' });
    expect([response.status, (await response.json()).message]).toEqual([400, 'DELETE requires a WHERE clause']);
    expect((await rest.backend.send('/rest/v1/books', { method: 'PATCH', body: '{"pages": 3}' })).status).toBe(400);
  });

  it('rolls back a write that single() refuses', async () => {
    const { status, error } = await rest.anon.from('books').update({ pages: 7 }).eq('author_id', 1).select().single();
    expect([status, error?.code]).toEqual([406, 'PGRST116']);
    expect((await rest.anon.from('books').select('id').eq('pages', 7)).data).toEqual([]);
  });

  it.each([
    ['a duplicate', { id: 1, name: 'Again' }, '409 23505'],
    ['a null where there may be none', { id: 5 }, '400 23502'],
    ['an unknown column', { id: 5, name: 'x', nope: 1 }, '400 PGRST204'],
    ['a value of the wrong type', { id: 'five', name: 'x' }, '400 22P02'],
  ])('refuses %s', async (_name, row: Record<string, unknown>, expected) => {
    const answer = await rest.anon.from('authors').insert(row);
    expect(`${answer.status} ${answer.error?.code}`).toBe(expected);
  });

  it('answers 409 to a broken reference', async () => {
    const answer = await rest.anon.from('books').insert({ title: 'Orphan', author_id: 99 });
    expect([answer.status, answer.error?.code]).toEqual([409, '23503']);
  });

  it.each([
    ['no body', '', '400 PGRST102'],
    ['what is not json', '{"a":', '400 PGRST102'],
    ['a number', '5', '400 PGRST102'],
    ['rows with different keys', '[{"title":"a"},{"pages":1}]', '400 PGRST102'],
  ])('refuses %s', async (_name, body, expected) => {
    const response = await rest.backend.post('/rest/v1/books', body);
    expect(await refusal(response)).toBe(expected);
  });
});
