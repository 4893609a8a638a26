import { describe, expect, it } from 'vitest';
import { fakeStorage } from '../testing/fake-page.ts';
import { readAnonymousId } from './anonymous-id.ts';
import { createUuid } from './random-ids.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('readAnonymousId', () => {
  it('makes an id once and keeps it', () => {
    const page = { localStorage: fakeStorage(), navigator: {} };
    const id = readAnonymousId(page);
    expect(id).toMatch(UUID);
    expect(readAnonymousId(page)).toBe(id);
  });

  it.each([{ globalPrivacyControl: true }, { doNotTrack: '1' }])('is null and forgets under %o', (navigator) => {
    const localStorage = fakeStorage();
    readAnonymousId({ localStorage, navigator: {} });
    expect(readAnonymousId({ localStorage, navigator })).toBeNull();
    expect(Object.keys(localStorage)).toEqual([]);
  });

  it('is null where storage is blocked or full', () => {
    const blocked = {
      navigator: {},
      get localStorage(): Storage {
        throw new DOMException('Blocked', 'SecurityError');
      },
    };
    expect(readAnonymousId(blocked)).toBeNull();
    expect(readAnonymousId({ localStorage: fakeStorage(0), navigator: {} })).toBeNull();
  });

  it('replaces what is not an id', () => {
    const localStorage = fakeStorage();
    localStorage.setItem('chronos-anonymous-id', '<script>');
    expect(readAnonymousId({ localStorage, navigator: {} })).toMatch(UUID);
  });
});

describe('createUuid', () => {
  it('makes version 4 uuids, each another', () => {
    const ids = Array.from({ length: 1_000 }, createUuid);
    expect(ids.every((id) => UUID.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(1_000);
  });
});
