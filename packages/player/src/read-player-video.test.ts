import { describe, expect, it } from 'vitest';
import { readPlayerVideo } from './read-player-video.ts';

const ANSWER = {
  id: '11111111-1111-4111-8111-111111111111',
  title: 'The clock',
  source_type: 'upload',
  src: '/clock.mp4',
  poster: 'https://cdn.example/clock.webp?w=800',
  captions: [{ src: '/clock.vtt', srclang: 'pt-BR', label: 'Português' }],
  chapters: [{ start_ms: 0, end_ms: 1000, title: 'Intro' }],
  duration_ms: 30_000,
  completion_threshold: 90,
  accepted_evidence: ['measured', 'polled'],
  resume_position_seconds: 12.5,
  resume_age_ms: 60_000,
  viewer_percent_complete: 40,
  completed: false,
};

describe('readPlayerVideo', () => {
  it('takes over what has the right shape', () => {
    expect(readPlayerVideo(ANSWER)).toEqual(ANSWER);
  });

  it('is null for what is no video', () => {
    for (const answer of [null, 'text', 7, [], {}, { src: 7 }, { hello: 'portal' }]) {
      expect(readPlayerVideo(answer)).toBe(null);
    }
  });

  it('drops what has another shape, and every name it does not know', () => {
    const bent = {
      id: {},
      title: { innerHTML: '<img>' },
      source_type: 7,
      poster: 'javascript:alert(1)',
      captions: 'captions',
      chapters: [{ start_ms: '0', end_ms: 1, title: 'a' }, { start_ms: 5, end_ms: 1, title: 'b' }, null],
      duration_ms: '30000',
      completion_threshold: Number.NaN,
      accepted_evidence: ['believed', 'measured'],
      resume_position_seconds: -1,
      resume_age_ms: 'yesterday',
      viewer_percent_complete: [],
      completed: 'yes',
      innerHTML: '<img>',
    };
    expect(readPlayerVideo({ src: '/clock.mp4', ...bent })).toEqual({
      id: '',
      title: null,
      source_type: '',
      src: '/clock.mp4',
      poster: null,
      captions: [],
      chapters: [],
      duration_ms: null,
      completion_threshold: null,
      accepted_evidence: ['measured'],
      resume_position_seconds: null,
      resume_age_ms: null,
      viewer_percent_complete: null,
      completed: null,
    });
  });

  it('takes only addresses of the web, whole or relative to the page', () => {
    const posterOf = (poster: unknown): unknown => readPlayerVideo({ ...ANSWER, poster })?.poster;
    for (const poster of ['/a.webp', 'a.webp', '//cdn.example/a', 'http://a.example/b']) {
      expect(posterOf(poster)).toBe(poster);
    }
    const refused = ['data:image/png;base64,AA', ' javascript:alert(1)', 'java\nscript:alert(1)', 'blob:https://a/b'];
    for (const poster of [...refused, 'https://user:word@a.example/b', `/${'a'.repeat(2048)}`, '', 7]) {
      expect(posterOf(poster)).toBe(null);
    }
  });

  it('is bounded in length and number', () => {
    const [caption] = ANSWER.captions;
    const [chapter] = ANSWER.chapters;
    const video = readPlayerVideo({
      ...ANSWER,
      title: 'a'.repeat(10_000),
      captions: Array.from({ length: 10_000 }, () => ({ ...caption, label: 'b'.repeat(10_000), srclang: 'not a tag' })),
      chapters: Array.from({ length: 10_000 }, () => chapter),
    });
    expect([video?.title?.length, video?.captions.length, video?.chapters.length]).toEqual([500, 200, 1000]);
    expect([video?.captions[0]?.label.length, video?.captions[0]?.srclang]).toEqual([500, '']);
  });
});
