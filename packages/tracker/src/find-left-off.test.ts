import { createFakeClock } from '@chronos-player/media/testing';
import { describe, expect, it } from 'vitest';
import { fakePage, fakeStorage, pass } from '../testing/fake-page.ts';
import { joinTo, setUp } from '../testing/set-up-delivery.ts';
import { snapshotOf, tokenOf } from '../testing/snapshots.ts';
import type { DeliveryPage } from './delivery-for.ts';
import { findLeftOff } from './find-left-off.ts';
import type { Identity } from './transport.ts';

const BROWSER = '00000000-0000-4000-8000-00000000000b';
const [VIDEO, SUPABASE] = [snapshotOf('s', 1).videoId, 'https://db.test'];

/** A visit whose last 7 s no database has heard of. */
async function leave(identity: Identity, anonymousId: string | null = null) {
  const clock = createFakeClock();
  const storage = fakeStorage();
  const { database, delivery } = setUp({ clock, storage });
  database.reply = () => 'down';
  joinTo(delivery, 's', { identity: () => identity, anonymousId });
  await pass(clock, 100);
  delivery.leave([snapshotOf('s', 7, { closeReason: 'page_end' } as never)]);
  clock.advance(3_000);
  const { page } = fakePage({ clock, storage });
  return { storage, page };
}

const find = (page: DeliveryPage, identity: Identity = {}) =>
  findLeftOff({ videoId: VIDEO, supabaseUrl: SUPABASE, identity }, page);

describe('findLeftOff', () => {
  it('is the place of a student who is back, and how long ago he left', async () => {
    const { page } = await leave({ accessToken: tokenOf('anna') });
    expect(await find(page, { accessToken: tokenOf('anna') })).toEqual({ positionSeconds: 7, ageMs: 3_000 });
  });

  it("is nobody else's place", async () => {
    const { page, storage } = await leave({ accessToken: tokenOf('anna') });
    storage.setItem('chronos-anonymous-id', BROWSER);
    Object.assign(page.navigator, { doNotTrack: null });
    expect(await find(page, { accessToken: tokenOf('bert') })).toBeNull();
    expect(await find(page)).toBeNull();
  });

  it('is the place of an anonymous viewer whom this browser recognises, unless he asks it not to', async () => {
    const { page, storage } = await leave({}, BROWSER);
    storage.setItem('chronos-anonymous-id', BROWSER);
    expect(await find(page)).toBeNull();
    Object.assign(page.navigator, { doNotTrack: null });
    expect(await find(page)).toEqual({ positionSeconds: 7, ageMs: 3_000 });
    expect(await find(page, { accessToken: tokenOf('anna') })).toBeNull();
  });

  it('makes no anonymous id, and asks no disk for somebody who has none', async () => {
    const { page, storage } = await leave({});
    Object.assign(page.navigator, { doNotTrack: null });
    expect(await find(page)).toBeNull();
    expect(storage.getItem('chronos-anonymous-id')).toBeNull();
  });

  it('is of this video and this database, and of something that was watched', async () => {
    const { page } = await leave({ accessToken: tokenOf('anna') });
    const identity = { accessToken: tokenOf('anna') };
    expect(await findLeftOff({ videoId: BROWSER, supabaseUrl: SUPABASE, identity }, page)).toBeNull();
    expect(await findLeftOff({ videoId: VIDEO, supabaseUrl: 'https://other.test', identity }, page)).toBeNull();
  });
});
