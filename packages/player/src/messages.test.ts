import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIXES } from './fixes.ts';
import { describeFailure } from './messages.ts';
import { EN } from './messages/en.ts';
import { EN_MARKS } from './messages/en-marks.ts';
import type { PlayerErrorCode } from './player-errors.ts';

const FOLDER = new URL('../../../docs/errors/', import.meta.url);
const ERROR_CODES = Object.keys(FIXES) as readonly PlayerErrorCode[];
const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

describe('describeFailure', () => {
  it('has a page in docs/errors for every code, and no other', () => {
    const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
    expect(pages.toSorted()).toEqual(ERROR_CODES.map((code) => `${code}.md`).toSorted());
  });

  it('has a line in the table of docs/errors for every code, and no other', () => {
    const lines = [...read('README.md').matchAll(/^\| \[([\w-]+)\]\(\1\.md\)/gm)].map(([, code = '']) => code);
    expect(lines.toSorted()).toEqual([...ERROR_CODES].toSorted());
  });

  for (const code of ERROR_CODES) {
    it(`says of ${code} to the viewer what its page says that he sees, and to the developer how to mend it`, () => {
      const mediaCodes = code === 'media-failed' ? ([1, 2, 3, 4] as const) : ([4] as const);
      for (const mediaCode of mediaCodes) {
        const { viewer } = describeFailure({ code, mediaCode }, { ...EN, ...EN_MARKS });
        expect(FIXES[code]).toMatch(/^[A-Z].*[^.]$/);
        expect(viewer === undefined).toBe(/^(tracking|controls)-/.test(code));
        expect(read(`${code}.md`)).toContain(viewer ?? '**The viewer sees** nothing');
      }
      expect(read(`${code}.md`)).toMatch(new RegExp(`^# ${code}\n`));
    });
  }
});
