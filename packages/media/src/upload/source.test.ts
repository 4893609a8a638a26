import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSourceGrammar } from '../../testing/describe-source-grammar.ts';
import { parseUploadSource } from './source.ts';

describeSourceGrammar({
  name: 'parseUploadSource',
  parse: parseUploadSource,
  ids: fc.oneof(
    fc.stringMatching(
      /^https?:\/\/[a-z]{1,20}\.example\/[a-z]{1,8}\/[a-z0-9]{1,8}\.(mp4|webm|m4v|mov)(\?token=[a-z0-9]{1,8})?$/,
    ),
    fc.stringMatching(/^\/[a-z]{1,8}\/[a-z0-9]{1,8}\.(mp4|webm)$/),
    fc.stringMatching(/^(\.\.?\/)?[a-z]{1,8}\/[a-z0-9]{1,8}\.(mp4|webm)$/),
    fc.uuid().map((id) => `blob:https://page.example/${id}`),
  ),
  shapes: [(id) => id],
  refused: {
    nothing: '',
    'a script': 'javascript:alert(1)//.mp4',
    'a script with a line break in it': 'java\nscript:alert(1)//.mp4',
    'a data address': 'data:video/mp4;base64,AAAA.mp4',
    'a file address': 'file:///home/me/lesson.mp4',
    'a file on a drive': 'C:\\lesson.mp4',
    'a scheme without a host': 'https:lesson.mp4',
    'a backslash in a relative address': 'clips\\lesson.mp4',
    'a page': 'https://example.com/lesson',
    'a file named only in the query': 'https://example.com/play?file=lesson.mp4',
    'a format no browser plays': 'https://example.com/lesson.avi',
    'Theora, which browsers dropped': 'https://example.com/lesson.ogv',
    'a blob that names no object': 'blob:https://example.com/lesson.mp4',
    'a blob of a foreign scheme': 'blob:data:0b0b0b0b-0000-4000-8000-000000000000',
  },
});

describe('parseUploadSource', () => {
  it.each([
    ['/clips/lesson.mp4', '/clips/lesson.mp4'],
    ['clips/lesson.webm', 'clips/lesson.webm'],
    ['../lesson.mp4?v=2', '../lesson.mp4?v=2'],
    ['/a/../clips/./lesson.mp4', '/clips/lesson.mp4'],
    ['my lesson.mp4', 'my%20lesson.mp4'],
    ['//cdn.example/lesson.mp4', 'https://cdn.example/lesson.mp4'],
    ['\\\\cdn.example\\lesson.mp4', 'https://cdn.example/lesson.mp4'],
    ['HTTPS://CDN.example/Lesson.MP4', 'https://cdn.example/Lesson.MP4'],
    [
      'https://x.supabase.co/storage/v1/object/sign/v/a.mp4?token=e.y.J',
      'https://x.supabase.co/storage/v1/object/sign/v/a.mp4?token=e.y.J',
    ],
    ['blob:null/0b0b0b0b-0000-4000-8000-000000000000', 'blob:null/0b0b0b0b-0000-4000-8000-000000000000'],
  ])('reads %s as %s', (src, id) => expect(parseUploadSource(src)).toEqual({ provider: 'upload', id, url: id }));

  it.each([
    ['#t=10', { startTime: 10 }],
    ['#t=10,60', { startTime: 10, endTime: 60 }],
    ['#t=,60', { endTime: 60 }],
    ['#t=npt:10,1:02:03.5', { startTime: 10, endTime: 3723.5 }],
    ['#x=1&t=5', { startTime: 5 }],
    ['#t=5&t=7', { startTime: 7 }],
    ['#t=60,10', {}],
    ['#t=60,60', {}],
    ['#t=1,2,3', {}],
    ['#t=smpte:0:00:10', {}],
    ['#t=', {}],
    ['?t=10', {}],
  ])('reads the fragment %s', (fragment, times) => {
    const { startTime, endTime } = parseUploadSource(`/a.mp4${fragment}`) ?? {};
    expect({ startTime, endTime }).toEqual({ startTime: undefined, endTime: undefined, ...times });
  });

  it('refuses an address whose canonical form would be too long to be read again', () => {
    expect(parseUploadSource(`/${'é'.repeat(300)}.mp4`)?.id).toHaveLength(1 + 300 * 6 + 4);
    expect(parseUploadSource(`/${'é'.repeat(400)}.mp4`)).toBeNull();
  });
});
