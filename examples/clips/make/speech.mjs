import { run } from './tools.mjs';

/** What espeak-ng writes: mono, 16 bit, 22.05 kHz. */
export const SAMPLE_RATE = 22_050;

/** Of espeak-ng's own voices the one a speech recogniser understood best (half the errors of the plain voice). */
const VOICE = ['-v', 'en-us+f5', '-s', '164', '-p', '42'];

// The breath of the lesson, in milliseconds.
const BEFORE_SLIDE = 760;
const BETWEEN_SENTENCES = 400;
const AFTER_SLIDE = 800;
const FRAME = 50;

/** Quieter than this (of 32,767) is silence at the edges of a sentence. */
const SILENCE = 220;

/**
 * Speaks every sentence by itself and lays them out in time, so that captions and pictures are exact by construction.
 * Returns `{pcm, durationMs, slides}`; a slide is `{title, picture, startMs, endMs, sentences: [{text, startMs, endMs}]}`.
 */
export function speak(lesson, espeak) {
  const pieces = [];
  let now = 0;
  const slides = lesson.slides.map(({ title, picture, say }) => {
    const startMs = now;
    now += BEFORE_SLIDE;
    const sentences = say.map((text, index) => {
      if (index > 0) now += BETWEEN_SENTENCES;
      const samples = speakSentence(respell(text, lesson.sounds), espeak);
      const sentence = { text, startMs: now, endMs: now + Math.round((1000 * samples.length) / SAMPLE_RATE) };
      pieces.push({ samples, startMs: now });
      now = sentence.endMs;
      return sentence;
    });
    now = Math.ceil((now + AFTER_SLIDE) / FRAME) * FRAME;
    return { title, picture, startMs, endMs: now, sentences };
  });
  // A whole number of seconds makes a duration one can reason about.
  now = Math.ceil(now / 1000) * 1000;
  slides.at(-1).endMs = now;
  return { pcm: layOut(pieces, now), durationMs: now, slides };
}

function respell(text, sounds) {
  return Object.entries(sounds).reduce((spoken, [word, sound]) => spoken.replaceAll(word, sound), text);
}

function speakSentence(text, espeak) {
  const wav = run(espeak, [...VOICE, '--stdout', text]);
  const data = wav.indexOf('data') + 8;
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + data, wav.byteOffset + (wav.length & ~1)));
  const isLoud = (sample) => Math.abs(sample) > SILENCE;
  return samples.subarray(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1);
}

function layOut(pieces, durationMs) {
  const pcm = new Int16Array(Math.round((durationMs * SAMPLE_RATE) / 1000));
  for (const { samples, startMs } of pieces) pcm.set(samples, Math.round((startMs * SAMPLE_RATE) / 1000));
  return Buffer.from(pcm.buffer);
}
