// Makes everything in this folder that is not written by hand: `pnpm --filter @chronos-player/clips make`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frames, measure, openBrowser, still } from './browser.mjs';
import { captionsVtt, chaptersVtt } from './captions.mjs';
import { clockSink, encodePoster, lessonSink, polishVoice } from './encode.mjs';
import { makeLadder } from './ladder.mjs';
import { speak } from './speech.mjs';
import { makeStoryboard } from './storyboard.mjs';
import { findTools } from './tools.mjs';

const CLIPS = fileURLToPath(new URL('..', import.meta.url));
const LESSON = { width: 1280, height: 720, scale: 0.75, fps: 20 };
const CLOCK = { width: 320, height: 180, fps: 10, durationMs: 30_000 };

const tools = findTools();
const scratch = await mkdtemp(join(tmpdir(), 'chronos-clips-'));
try {
  const lesson = await makeLesson(join(CLIPS, 'lesson'));
  const clock = await makeClock(join(CLIPS, 'clock'));
  await makeLadder(tools.ffmpeg, {
    clip: join(CLIPS, 'clock.mp4'),
    folder: join(CLIPS, 'ladder'),
    durationMs: CLOCK.durationMs,
  });
  await writeManifest({ 'lesson.mp4': lesson, 'clock.mp4': clock, 'clock.webm': clock });
} finally {
  await rm(scratch, { recursive: true });
}

/** Writes `<path>.mp4`, its captions, chapters, poster and storyboard; returns what the manifest says of it. */
async function makeLesson(path) {
  const lesson = JSON.parse(await readFile(new URL('lesson.json', import.meta.url), 'utf8'));
  const { pcm, durationMs, slides } = speak(lesson, tools['espeak-ng']);
  await writeFile(`${path}.en.vtt`, captionsVtt(slides));
  await writeFile(`${path}.chapters.vtt`, chaptersVtt(slides));

  const [pcmFile, wavFile, pngFile] = ['voice.pcm', 'voice.wav', 'poster.png'].map((name) => join(scratch, name));
  await writeFile(pcmFile, pcm);
  polishVoice(tools.ffmpeg, { pcmFile, wavFile, durationMs });

  const browser = await openBrowser(tools.chromium, LESSON);
  const sink = lessonSink(tools.ffmpeg, { fps: LESSON.fps, wavFile, file: `${path}.mp4`, durationMs });
  try {
    for (const [index, slide] of slides.entries()) {
      await showSlide(browser, slides, index);
      const pictures = frames(browser.page, { durationMs: slide.endMs - slide.startMs, frameMs: 1000 / LESSON.fps });
      for await (const picture of pictures) await sink.write(picture);
    }
    await showSlide(browser, slides, 0);
    await browser.page.evaluate(() => document.body.classList.add('poster'));
    await writeFile(pngFile, await still(browser.page, slides[0].sentences.at(-1).endMs));
  } finally {
    await sink.end();
    await browser.close();
  }
  encodePoster(tools.ffmpeg, { pngFile, file: `${path}-poster.webp` });
  await makeStoryboard(tools.ffmpeg, { path, durationMs });
  return {
    title: lesson.title,
    poster: 'lesson-poster.webp',
    captions: [{ src: 'lesson.en.vtt', srclang: 'en', label: 'English' }],
    chapters: slides.map(({ title, startMs, endMs }) => ({ start_ms: startMs, end_ms: endMs, title })),
  };
}

/** Puts one slide on the stage and tells its animations when each sentence begins. */
async function showSlide({ page, address }, slides, index) {
  const { startMs, endMs, picture, sentences } = slides[index];
  // The last picture stays: it is what a viewer who has finished looks at.
  const isLast = index === slides.length - 1;
  const times = { '--end': isLast ? 2 * (endMs - startMs) : endMs - startMs };
  for (const [i, sentence] of sentences.entries()) {
    times[`--s${i + 1}`] = sentence.startMs - startMs;
    times[`--d${i + 1}`] = sentence.endMs - sentence.startMs;
  }
  const html = await readFile(new URL(`slides/${picture}.html`, import.meta.url), 'utf8');
  const marks = slides.map((_, i) => `<i class="${i < index ? 'past' : i === index ? 'now' : ''}"></i>`).join('');
  await page.goto(`${address}/make/stage.html`);
  await page.evaluate(drawSlide, { times, html, marks });
}

/** Runs in the page. */
async function drawSlide({ times, html, marks }) {
  for (const [name, ms] of Object.entries(times)) document.body.style.setProperty(name, `${ms}ms`);
  document.querySelector('nav').innerHTML = marks;
  document.querySelector('main').innerHTML = html;
  await document.fonts.ready;
}

/** Writes `<path>.mp4` and `<path>.webm` from the same pictures, one for each tenth of a second. */
async function makeClock(path) {
  const browser = await openBrowser(tools.chromium, CLOCK);
  const sinks = ['mp4', 'webm'].map((kind) => clockSink(tools.ffmpeg, { ...CLOCK, file: `${path}.${kind}` }));
  try {
    await browser.page.goto(`${browser.address}/make/clock.html`);
    for (let now = 0; now < CLOCK.durationMs; now += 1000 / CLOCK.fps) {
      await browser.page.evaluate((moment) => globalThis.drawClock(moment), { now, durationMs: CLOCK.durationMs });
      const picture = await browser.page.screenshot({ type: 'png' });
      for (const sink of sinks) await sink.write(picture);
    }
  } finally {
    await Promise.all(sinks.map((sink) => sink.end()));
    await browser.close();
  }
  return { title: 'A clock of thirty seconds', poster: null, captions: [], chapters: [] };
}

/** Writes `clips.json`: for each file the given facts and what the browser measures. */
async function writeManifest(clipsByFile) {
  const browser = await openBrowser(tools.chromium, CLOCK);
  const clips = [];
  try {
    for (const [file, { title, ...facts }] of Object.entries(clipsByFile)) {
      clips.push({ file, title, ...(await measure(browser, file)), ...facts });
    }
  } finally {
    await browser.close();
  }
  await writeFile(join(CLIPS, 'clips.json'), `${JSON.stringify({ clips }, null, 2)}\n`);
}
