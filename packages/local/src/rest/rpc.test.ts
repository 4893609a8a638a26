import { expect, it } from 'vitest';

import { describeRest } from '../../testing/rest-fixture.ts';

describeRest('calling a function', (rest) => {
  it('answers scalars, with defaults left to the function', async () => {
    expect((await rest.anon.rpc('add', { a: 1 })).data).toBe(11);
    expect((await rest.anon.rpc('add', { b: 2, a: 1 })).data).toBe(3);
    expect((await rest.anon.rpc('add', { a: 1, b: 2 }, { get: true })).data).toBe(3);
    expect((await rest.anon.rpc('add', { a: 1 }, { head: true })).status).toBe(200);
  });

  it('casts json values to the argument types', async () => {
    const id = '6b1d2f4e-0000-4000-8000-000000000001';
    const given = { p_range: '{[0,5),[3,9)}', p_list: [1, 2], p_id: id, p_data: { deep: [null] }, p_any: [1] };
    const expected = { range: '{[0,9)}', list: [1, 2], id, data: { deep: [null] }, any: [1] };
    expect((await rest.anon.rpc('echo', given)).data).toEqual(expected);
    const { p_data, p_any: _absent, ...plain } = given;
    const read = await rest.anon.rpc('echo', { ...plain, p_data: JSON.stringify(p_data) }, { get: true });
    expect(read.data).toEqual({ ...expected, any: null });
  });

  it('answers void with 204', async () => {
    const { status, data } = await rest.anon.rpc('write_down', { p_title: 'Written' });
    expect([status, data]).toEqual([204, null]);
    expect((await rest.anon.from('books').select('id').eq('title', 'Written')).data).toHaveLength(1);
  });

  it('answers sets of values, rows and tables, filtered and cut like tables', async () => {
    expect((await rest.anon.rpc('count_to', { n: 3 })).data).toEqual([1, 2, 3]);
    expect((await rest.anon.rpc('pair')).data).toEqual([
      { x: 1, y: 'a' },
      { x: 2, y: 'b' },
    ]);
    const filtered = await rest.anon
      .rpc('long_books', { p_min: 1 }, { count: 'exact' })
      .select('id, title')
      .gt('id', 1)
      .order('id', { ascending: false })
      .limit(1);
    expect([filtered.data, filtered.count]).toEqual([[{ id: 3, title: '100% C' }], 2]);
    expect((await rest.anon.rpc('pair', {}, { get: true }).eq('x', 2)).data).toEqual([{ x: 2, y: 'b' }]);
    expect((await rest.anon.rpc('pair').eq('x', 2).single()).data).toEqual({ x: 2, y: 'b' });
  });

  it('answers one row as an object and no value as null', async () => {
    expect((await rest.anon.rpc('one_book', { p_id: 1 }).select('id, title')).data).toEqual({
      id: 1,
      title: 'Anemones',
    });
    const response = await rest.backend.post('/rest/v1/rpc/nothing', '{}');
    expect([response.status, await response.text()]).toEqual([200, 'null']);
  });

  it('runs GET and STABLE read only', async () => {
    const byGet = await rest.anon.rpc('write_down', { p_title: 'x' }, { get: true });
    expect([byGet.status, byGet.error?.code]).toEqual([405, '25006']);
    const stable = await rest.anon.rpc('write_while_stable');
    expect(stable.error).not.toBeNull();
    expect((await rest.anon.from('books').select('id').eq('title', 'sneaky')).data).toEqual([]);
  });

  it('answers 404 PGRST202 to names and arguments that fit nothing, with the near miss as hint', async () => {
    const unknown = await rest.anon.rpc('subtract', { a: 1, b: 2 });
    expect([unknown.status, unknown.error?.code, unknown.error?.message]).toEqual([
      404,
      'PGRST202',
      'Could not find the function public.subtract(a, b) in the schema cache',
    ]);
    const wrong = await rest.anon.rpc('add', { a: 1, c: 2 });
    expect([wrong.status, wrong.error?.hint]).toEqual([404, 'Perhaps you meant to call the function public.add(a, b)']);
    expect((await rest.anon.rpc('add')).error?.code).toBe('PGRST202');
    expect((await rest.anon.rpc('add', { c: 1 }, { get: true })).error?.code).toBe('PGRST202');
  });

  it('answers 300 PGRST203 when overloads cannot be told apart', async () => {
    const { status, error } = await rest.anon.rpc('twice', { a: 1 });
    expect([status, error?.code]).toEqual([300, 'PGRST203']);
  });

  it.each([
    ['P0001', 400],
    ['PT403', 403],
    ['PT429', 429],
    ['23503', 409],
    ['23505', 409],
    ['42501', 401],
    ['40001', 500],
    ['53300', 503],
    ['22023', 400],
  ])('answers a raised %s with %i and the whole error', async (code, status) => {
    const response = await rest.anon.rpc('fail', { p_code: code });
    expect([response.status, response.error]).toEqual([
      status,
      expect.objectContaining({ code, message: 'no', hint: 'a hint', details: 'a detail' }),
    ]);
  });

  it('answers 42501 with 401 to anon and 403 to everyone else', async () => {
    expect((await rest.anon.rpc('hidden')).status).toBe(401);
    expect((await rest.backend.as({ sub: rest.backend.uuid(1) }).rpc('hidden')).status).toBe(403);
    expect((await rest.anon.from('secrets').select()).status).toBe(401);
  });

  it('lets a function set status and headers', async () => {
    const response = await rest.backend.post('/rest/v1/rpc/teapot', '{}');
    expect([response.status, response.headers.get('x-tea')]).toEqual([418, 'green']);
  });

  it('refuses other methods, and arguments that are no object', async () => {
    const put = await rest.backend.send('/rest/v1/rpc/add', { method: 'PUT', body: '{}' });
    expect([put.status, (await put.json()).code]).toEqual([405, 'PGRST101']);
    const list = await rest.backend.post('/rest/v1/rpc/add', '[1]');
    expect([list.status, (await list.json()).code]).toEqual([400, 'PGRST102']);
  });
});
