import { expect, it } from 'vitest';

import { describeRest, refusal } from '../../testing/rest-fixture.ts';

describeRest('reading a table', (rest) => {
  const titles = async (query: PromiseLike<{ data: unknown; error: unknown }>): Promise<string> => {
    const { data, error } = await query;
    expect(error).toBeNull();
    return (data as { id: number }[]).map(({ id }) => id).join();
  };
  const books = () => rest.anon.from('books').select('id').order('id');

  it.each([
    ['eq', () => books().eq('title', 'Birds, and "bees"'), '2'],
    ['neq', () => books().neq('id', 2), '1,3'],
    ['gt', () => books().gt('pages', 200), '3'],
    ['gte', () => books().gte('pages', 200), '2,3'],
    ['lt', () => books().lt('pages', 200), '1'],
    ['lte', () => books().lte('pages', 200), '1,2'],
    ['like', () => books().like('title', 'A%'), '1'],
    ['like with the star a URL needs no escape for', () => books().filter('title', 'like', 'A*'), '1'],
    ['like with a literal percent', () => books().like('title', '100\\%%'), '3'],
    ['ilike', () => books().ilike('title', '%BEES%'), '2'],
    ['like any of', () => books().likeAnyOf('title', ['A%', '100%']), '1,3'],
    ['is null', () => books().is('details', null), '3'],
    ['not is null', () => books().not('details', 'is', null), '1,2'],
    ['in, with commas and quotes', () => books().in('title', ['Anemones', '100% C', 'x"y']), '1,3'],
    ['in nothing', () => books().in('id', []), ''],
    ['contains, array', () => books().contains('tags', ['sea']), '1'],
    ['contains, json', () => books().contains('details', { a: { b: 'deep' } }), '1'],
    ['contains, multirange', () => books().contains('read', '{[21,22)}'), '1'],
    ['contained by', () => books().containedBy('tags', ['air', 'sea']), '2,3'],
    ['overlaps, array', () => books().overlaps('tags', ['air', 'calm']), '1,2'],
    ['overlaps, range', () => books().overlaps('loans', '[2026-01-20,2026-01-21)'), '1,3'],
    ['or', () => books().or('id.eq.1,pages.gt.250'), '1,3'],
    [
      'or over and, negated',
      () => books().or('not.and(id.gte.2,pages.lt.250),title.eq."Birds, and \\"bees\\""'),
      '1,2,3',
    ],
    ['or with in', () => books().or('id.in.(1,3),title.is.null'), '1,3'],
    ['match', () => books().match({ author_id: 1, pages: 90 }), '1'],
    ['json path', () => books().eq('details->a->>b', 'deep'), '1'],
    ['json array index', () => books().eq('details->list->>1', 'y'), '1'],
    ['enum', () => books().eq('mood', 'wild'), '2'],
    ['limit', () => books().limit(2), '1,2'],
    ['range', () => books().range(1, 2), '2,3'],
    ['order descending', () => rest.anon.from('books').select('id').order('pages', { ascending: false }), '3,2,1'],
    ['nulls first', () => rest.anon.from('books').select('id').order('mood', { nullsFirst: true }), '3,1,2'],
    [
      'two orders',
      () =>
        rest.anon.from('books').select('id').order('author_id', { ascending: false }).order('id', { ascending: false }),
      '3,2,1',
    ],
  ])('filters, orders and cuts: %s', async (_name, query, expected) => {
    expect(await titles(query())).toBe(expected);
  });

  it('selects, renames, casts and reaches into json', async () => {
    const { data } = await rest.anon
      .from('books')
      .select(
        'id::text, name:title, details->a->>b, n:details->a->n::int, second:details->list->1, odd "name"'.replace(
          ', odd "name"',
          '',
        ),
      )
      .eq('id', 1);
    expect(data).toEqual([{ id: '1', name: 'Anemones', b: 'deep', n: 5, second: 'y' }]);
  });

  it('answers whole rows with every type as Postgres writes it in json', async () => {
    const { data } = await rest.anon.from('books').select().eq('id', 1).single();
    expect(data).toEqual({
      id: 1,
      author_id: 1,
      title: 'Anemones',
      'odd "name"': null,
      pages: 90,
      price: 9.99,
      tags: ['sea', 'calm'],
      read: '{[0,10),[20,30)}',
      loans: '[2026-01-01,2026-02-01)',
      details: { a: { b: 'deep', n: 5 }, list: ['x', 'y'] },
      mood: 'calm',
      created_at: '2026-01-01T00:00:00+00:00',
    });
  });

  it('counts, with and without rows', async () => {
    const page = await rest.anon.from('books').select('id', { count: 'exact' }).order('id').range(0, 1);
    expect([page.count, page.data?.length, page.status]).toEqual([3, 2, 206]);
    const head = await rest.anon.from('books').select('*', { count: 'exact', head: true }).gt('id', 1);
    expect([head.count, head.data]).toEqual([2, null]);
  });

  it('answers 416 behind the end', async () => {
    const { error, status } = await rest.anon.from('books').select('id', { count: 'exact' }).range(10, 20);
    expect([status, error?.code]).toEqual([416, 'PGRST103']);
  });

  it('answers one row as an object and refuses none or many with PGRST116', async () => {
    expect((await rest.anon.from('books').select('id').eq('id', 2).single()).data).toEqual({ id: 2 });
    expect((await rest.anon.from('books').select('id').eq('id', 99).maybeSingle()).data).toBeNull();
    const { error, status } = await rest.anon.from('books').select('id').single();
    expect([status, error]).toEqual([
      406,
      expect.objectContaining({
        code: 'PGRST116',
        details: 'The result contains 3 rows',
        message: 'Cannot coerce the result to a single JSON object',
      }),
    ]);
  });

  it('reads views', async () => {
    expect((await rest.anon.from('short_books').select('title')).data).toEqual([{ title: 'Anemones' }]);
  });

  it('answers 404 PGRST205 for a table that is not there', async () => {
    const { error, status } = await rest.anon.from('novels').select();
    expect([status, error?.code, error?.message]).toEqual([
      404,
      'PGRST205',
      "Could not find the table 'public.novels' in the schema cache",
    ]);
  });

  it.each([
    ['an unknown column', 'select=nope', '400 42703'],
    ['an unknown filter column', 'nope=eq.1', '400 42703'],
    ['an unknown operator', 'id=almost.1', '400 PGRST100'],
    ['a filter without operator', 'id=1', '400 PGRST100'],
    ['a value of the wrong type', 'id=eq.one', '400 22P02'],
    ['an aggregate', 'select=count()', '400 PGRST123'],
    ['an embedded table', 'select=id,authors(name)', '501 not_implemented'],
    ['a full text search', 'title=fts.bees', '501 not_implemented'],
    ['a negative limit', 'limit=-1', '416 PGRST103'],
    ['a limit that is no number', 'limit=all', '400 PGRST100'],
    ['brackets that do not close', 'or=(id.eq.1', '400 PGRST100'],
    ['a zero byte', 'title=eq.%00', '400 22021'],
  ])('refuses %s', async (_name, query, expected) => {
    const response = await rest.backend.get(`/rest/v1/books?${query}`);
    expect(await refusal(response)).toBe(expected);
  });

  it('bounds how deep a logic tree nests', async () => {
    const tree = (depth: number): string => `or=(${'and('.repeat(depth)}id.eq.1${')'.repeat(depth)})`;
    expect((await rest.backend.get(`/rest/v1/books?select=id&${tree(10)}`)).status).toBe(200);
    expect((await rest.backend.get(`/rest/v1/books?select=id&${tree(20)}`)).status).toBe(400);
  });
});
