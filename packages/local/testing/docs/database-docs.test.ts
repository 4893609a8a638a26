import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { readSchemaFiles } from '../../src/database/schema-files.ts';
import { readChapter } from './chapters.ts';
import { DATABASE_DOCS, makeDocs } from './database-docs.ts';
import { table, toProse } from './markdown.ts';
import { writeDocs } from './write-docs.ts';

describe('docs/database.md', { timeout: 60_000 }, () => {
  it('is what the database says: run `pnpm --filter @chronos-player/local run generate` after editing the schemas', async () => {
    expect((await readFile(DATABASE_DOCS, 'utf8')) === (await makeDocs())).toBe(true);
  });

  it('links to chapters and files that are there', async () => {
    const text = await readFile(DATABASE_DOCS, 'utf8');
    const headings = [...text.matchAll(/^###? (.*)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(' ', '-'));
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((anchor) => !headings.includes(anchor!))).toEqual([]);
    for (const [, file] of text.matchAll(/\]\((\.\.\/[^)]+)\)/g)) {
      await expect(readFile(new URL(file!, DATABASE_DOCS), 'utf8')).resolves.not.toBe('');
    }
  });
});

describe('the parts of the schema', () => {
  it('are those that its first file announces', async () => {
    const files = await readSchemaFiles(new URL('../../../../supabase/', import.meta.url));
    const announced = [...files[0]!.sql.matchAll(/^-- ([a-z]+) {2,}(.*)$/gm)].map(
      ([, name, about]) => `${name}: ${about}.`,
    );
    const parts = [...new Set(files.map(({ part }) => part.charAt(0).toLowerCase() + part.slice(1)))];
    expect(announced.slice(0, parts.length)).toEqual(parts);
  });
});

describe('writeDocs', () => {
  it('refuses to leave out what no schema file creates', () => {
    const stray = { name: 'public.stray', comment: null, roles: [], arguments: '', result: 'void' };
    expect(() => writeDocs([], { relations: [], routines: [stray], policies: [], types: [] })).toThrow(
      'No file of supabase/schemas creates public.stray.',
    );
  });
});

describe('readChapter', () => {
  const chapter = readChapter({
    path: './schemas/lesson_notes.sql',
    part: 'Catalogue: lessons.',
    sql: `-- Why notes.
--
-- draft    not seen yet,
--          by anybody
-- final    seen

create table public.lesson_notes (
  id uuid,
  constraint lesson_notes_state_is_known check (state in ('draft', 'final')),
  constraint lesson_notes_text_is_short
    check (length(text) <= 10)
);
-- lesson_notes_pkey serves: one note.
-- The notes of a lesson,
-- newest first.
create index lesson_notes_lesson_id_idx on public.lesson_notes (lesson_id) where is_deleted is null;
grant select (id, state) on table public.lesson_notes to authenticated;
-- Not granted: delete, since
-- notes stay.

-- Whoever wrote it.
create policy writers_see_notes on storage.objects for select using (true);
do $$ begin perform cron.schedule('tidy', '*/5 * * * *', 'select private.tidy(''x'')'); end $$;
`,
  });

  it('reads what the catalog does not keep', () => {
    expect(chapter).toMatchObject({
      title: 'Lesson notes',
      file: 'lesson_notes.sql',
      part: 'Catalogue: lessons.',
      intro: 'Why notes.\n\n- **draft**: not seen yet, by anybody\n- **final**: seen',
      objects: ['public.lesson_notes'],
      jobs: [{ name: 'tidy', schedule: '*/5 * * * *', command: "select private.tidy('x')" }],
    });
    expect(chapter.indexes.get('lesson_notes_lesson_id_idx')).toEqual({
      definition: '(lesson_id) where is_deleted is null',
      serves: 'The notes of a lesson, newest first.',
    });
    expect(chapter.policies.get('writers_see_notes')).toEqual({
      table: 'storage.objects',
      comment: 'Whoever wrote it.',
    });
    expect(chapter.notGranted.get('public.lesson_notes')).toBe('Not granted: delete, since notes stay.');
  });

  it('takes constraints as they are written, on one line or more', () => {
    expect([...chapter.constraints.values()]).toEqual([
      "check (state in ('draft', 'final'))",
      'check (length(text) <= 10)',
    ]);
  });
});

describe('toProse', () => {
  it.for([
    ['Moved by set_video_status() alone.', 'Moved by `set_video_status()` alone.'],
    ['What <chronos-player video-id> names.', 'What `<chronos-player video-id>` names.'],
    ['List of {start_ms, end_ms}, in {creator_id}/{file}.', 'List of `{start_ms, end_ms}`, in `{creator_id}/{file}`.'],
    ['As `video_id` in private.viewers.', 'As `video_id` in private.viewers.'],
    ['One row per viewer.', 'One row per viewer.'],
  ] as const)('%s', ([text, prose]) => {
    expect(toProse(text)).toBe(prose);
  });
});

describe('table', () => {
  it('keeps text that would end a cell inside it', () => {
    expect(table(['a'], [['x | y\nz']])).toBe('| a |\n| --- |\n| x \\| y z |');
  });
});
