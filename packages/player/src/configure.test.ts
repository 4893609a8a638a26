import { afterEach, describe, expect, it } from 'vitest';
import { chooseBackend, configure, identifyViewer, pageDefaults } from './configure.ts';

const BACKEND = { supabaseUrl: 'https://x.supabase.co', supabaseKey: 'sb_publishable_x' };

afterEach(() => configure({}));

describe('configure', () => {
  it('refuses an address that is none, and says what to give', () => {
    expect(() => configure({ supabaseUrl: 'x.supabase.co' })).toThrow(/give the project's https address/);
  });

  it('refuses two answers to who is watching', () => {
    const client = { auth: { getSession: async () => ({ data: { session: null } }) } };
    expect(() => configure({ client, viewerToken: () => 'token' })).toThrow(TypeError);
  });

  it('replaces what was configured before', () => {
    configure(BACKEND);
    configure({ supabaseKey: 'other' });
    expect(pageDefaults()).toEqual({ supabaseKey: 'other' });
  });
});

describe('chooseBackend', () => {
  it('prefers the attributes, one by one', () => {
    configure(BACKEND);
    expect(chooseBackend({ supabaseUrl: '', supabaseKey: '' })).toEqual(BACKEND);
    expect(chooseBackend({ supabaseUrl: '', supabaseKey: 'own' })).toEqual({ ...BACKEND, supabaseKey: 'own' });
  });

  it('is empty where nobody says', () => {
    expect(chooseBackend({ supabaseUrl: '', supabaseKey: '' })).toEqual({ supabaseUrl: '', supabaseKey: '' });
  });
});

describe('identifyViewer', () => {
  it('is nobody unless configured', async () => {
    expect(await identifyViewer()).toEqual({});
  });

  it('is whoever is signed in to Supabase, if anyone', async () => {
    const sessions = [{ access_token: 'jwt' }, null];
    const getSession = async (): Promise<{ data: { session: { access_token: string } | null } }> => ({
      data: { session: sessions.shift() ?? null },
    });
    configure({ client: { auth: { getSession } } });
    expect(await identifyViewer()).toEqual({ accessToken: 'jwt' });
    expect(await identifyViewer()).toEqual({});
  });

  it('is whom the page’s own server vouches for', async () => {
    configure({ viewerToken: async () => 'signed' });
    expect(await identifyViewer()).toEqual({ viewerToken: 'signed' });
  });
});
