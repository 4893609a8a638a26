import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startLocalBackend, type LocalBackend } from '../start.ts';

const BUCKET = 'chronos-videos';
/** Bytes that tell their place. */
const FILE = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);

let backend: LocalBackend;
let creator: SupabaseClient;
let stranger: SupabaseClient;
let path: string;
let nowMs = Date.now();

const clientOf = ({ url, publishableKey }: LocalBackend): SupabaseClient =>
  createClient(url, publishableKey, { auth: { persistSession: false } });

async function signUp(): Promise<SupabaseClient> {
  const client = clientOf(backend);
  expect((await client.auth.signInAnonymously()).error).toBeNull();
  return client;
}

async function addVideo(access = 'public'): Promise<string> {
  const { data, error } = await creator
    .from('videos')
    .insert({ title: 'Lesson', source_type: 'upload', access })
    .select('id, creator_id')
    .single();
  expect(error).toBeNull();
  const { id, creator_id } = data as unknown as { id: string; creator_id: string };
  expect((await creator.rpc('set_video_status', { p_video_id: id, p_status: 'uploading' })).error).toBeNull();
  return `${creator_id}/${id}/lesson.mp4`;
}

const idIn = (path: string): string => path.split('/')[1] ?? '';
const upload = (client: SupabaseClient, path: string, type = 'video/mp4') =>
  client.storage.from(BUCKET).upload(path, new Blob([FILE], { type }), { contentType: type });

beforeAll(async () => {
  backend = await startLocalBackend({ port: 0, jobsEveryMs: 0, now: () => nowMs });
  creator = await signUp();
  stranger = await signUp();
  const { data } = await creator.auth.getUser();
  await backend.database.query(`insert into public.creators (user_id, name) values ($1, 'Ada')`, [data.user?.id]);
  path = await addVideo();
  await upload(creator, path);
  await creator.rpc('set_video_status', { p_video_id: idIn(path), p_status: 'ready' });
});
afterAll(() => backend.close());

describe('Storage, uploading', () => {
  it('keeps what was sent, and the video has its file', async () => {
    const { rows } = await backend.database.query(
      'select storage_path, file_size_bytes::int from public.videos where id = $1',
      [idIn(path)],
    );
    expect(rows).toEqual([{ storage_path: path, file_size_bytes: FILE.length }]);
  });

  it('takes a body without a form, as a server sends it', async () => {
    const other = await addVideo();
    const { error } = await creator.storage.from(BUCKET).upload(other, FILE.buffer, { contentType: 'video/mp4' });
    expect(error).toBeNull();
  });

  it.each([
    ['another creator', () => upload(stranger, path.replace('lesson', 'other')), 'row-level security'],
    [
      'a file of no video',
      () => upload(creator, path.replace(idIn(path), crypto.randomUUID())),
      'no video has this path',
    ],
    [
      'a second file of a video that has one',
      () => upload(creator, path.replace('lesson', 'second')),
      'row-level security',
    ],
    ['another kind of file', async () => upload(creator, await addVideo(), 'text/html'), 'mime type'],
    ['an unknown bucket', () => creator.storage.from('nowhere').upload('a/b', 'x'), 'Bucket not found'],
  ])('refuses %s', async (_, send, words) => {
    expect((await send()).error?.message).toContain(words);
  });

  it('asks for a key, and for a length, before it reads a form', async () => {
    const form = (): FormData => {
      const data = new FormData();
      data.append('', new Blob(['x'], { type: 'video/mp4' }));
      return data;
    };
    const address = `${backend.url}/storage/v1/object/${BUCKET}/${path}`;
    expect((await fetch(address, { method: 'POST', body: form() })).status).toBe(401);
    const encoded = new Response(form());
    const streamed: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { apikey: backend.publishableKey, 'content-type': encoded.headers.get('content-type') ?? '' },
      body: encoded.body,
      duplex: 'half',
    };
    expect(await (await fetch(address, streamed)).json()).toMatchObject({ statusCode: '413' });
  });

  it('refuses a file beyond its bucket, whatever was announced, and keeps nothing of it', async () => {
    await backend.database.exec(`update storage.buckets set file_size_limit = 1000 where id = '${BUCKET}'`);
    const other = await addVideo();
    expect((await upload(creator, other)).error?.message).toBe('The object exceeded the maximum allowed size');
    await backend.database.exec(`update storage.buckets set file_size_limit = 10737418240 where id = '${BUCKET}'`);
    const { rows } = await backend.database.query('select from storage.objects where name = $1', [other]);
    expect(rows).toEqual([]);
  });
});

describe('Storage, downloading', () => {
  const sign = async (seconds = 60): Promise<string> => {
    const { data, error } = await clientOf(backend).storage.from(BUCKET).createSignedUrl(path, seconds);
    expect(error).toBeNull();
    return data?.signedUrl ?? '';
  };

  it('signs for whoever may play the video: an address without any key', async () => {
    const response = await fetch(await sign());
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
  });

  it('does not sign for whoever may not', async () => {
    const secret = await addVideo('enrolled');
    await upload(creator, secret);
    const { error } = await stranger.storage.from(BUCKET).createSignedUrl(secret, 60);
    expect(error?.message).toBe('Object not found');
    expect((await creator.storage.from(BUCKET).createSignedUrl(secret, 60)).error).toBeNull();
  });

  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=299990-', 299_990, 299_999],
    ['bytes=-5', 299_995, 299_999],
    ['bytes=100-999999', 100, 299_999],
  ])('serves %s, as players ask', async (range, start, end) => {
    const response = await fetch(await sign(), { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/300000`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE.slice(start, end + 1));
  });

  it('says 416 behind the end, and 304 to who has it', async () => {
    const address = await sign();
    const behind = await fetch(address, { headers: { range: 'bytes=300000-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */300000']);
    const etag = (await fetch(address, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('refuses an address whose time is over, one for another file, and one that was changed', async () => {
    const address = await sign(60);
    nowMs += 120_000;
    const expired = await fetch(address);
    nowMs -= 120_000;
    expect([expired.status, await expired.json()]).toMatchObject([400, { error: 'InvalidJWT' }]);
    expect((await fetch(address.replace('lesson.mp4', 'other.mp4'))).status).toBe(400);
    expect((await fetch(`${address}x`)).status).toBe(400);
  });

  it('downloads as the caller, and nothing by its bare name or a public address', async () => {
    const { data } = await creator.storage.from(BUCKET).download(path);
    expect(data?.size).toBe(FILE.length);
    expect((await fetch(`${backend.url}/storage/v1/object/public/${BUCKET}/${path}`)).status).toBe(400);
    expect((await fetch(`${backend.url}/storage/v1/object/${BUCKET}/${path}`)).status).toBe(401);
  });

  it('shows posters to everybody', async () => {
    const posters = creator.storage.from('chronos-thumbnails');
    const poster = path.replace('.mp4', '.png');
    expect((await posters.upload(poster, new Blob(['png'], { type: 'image/png' }))).error).toBeNull();
    expect(await (await fetch(posters.getPublicUrl(poster).data.publicUrl)).text()).toBe('png');
  });

  it.each(['/storage/v1/object/list/chronos-videos', '/storage/v1/upload/resumable'])(
    'says that %s is not here',
    async (path) => {
      const response = await fetch(backend.url + path, { method: 'PUT', headers: { apikey: backend.publishableKey } });
      expect(response.status).toBe(501);
    },
  );
});
