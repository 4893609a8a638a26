import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const CLIPS = fileURLToPath(new URL('..', import.meta.url));
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.mp4': 'video/mp4', '.webm': 'video/webm' };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Opens headless Chromium on this folder: `{page, address, close}`. `size` is `{width, height, scale}` in CSS pixels. */
export async function openBrowser(executablePath, { width, height, scale = 1 }) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://clips').pathname;
    const send = (status, body) =>
      response.writeHead(status, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    readFile(join(CLIPS, path)).then(
      (body) => send(200, body),
      () => send(404),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  return {
    page,
    address: `http://127.0.0.1:${server.address().port}`,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/**
 * Yields one PNG per frame of a page whose picture is a pure function of its CSS animations' time.
 * A frame in which nothing moves is the previous picture again and costs no screenshot.
 */
export async function* frames(page, { durationMs, frameMs }) {
  let picture;
  for (let now = 0; now < durationMs; now += frameMs) {
    const moves = await page.evaluate(seek, { now, frameMs });
    if (moves || !picture) picture = await page.screenshot({ type: 'png' });
    yield picture;
  }
}

/** The page's picture at one moment of its animations, as PNG. */
export async function still(page, now) {
  await page.evaluate(seek, { now, frameMs: 0 });
  return page.screenshot({ type: 'png' });
}

/** Runs in the page: puts every animation at `now` and tells whether any of them moved since the last frame. */
function seek({ now, frameMs }) {
  let moves = false;
  for (const animation of document.getAnimations()) {
    const { delay, endTime } = animation.effect.getComputedTiming();
    animation.pause();
    animation.currentTime = now;
    moves ||= now >= delay && now - frameMs <= endTime;
  }
  return moves;
}

/** `{duration_ms, width, height}` as the browser's own `<video>` reports them. */
export async function measure({ page, address }, file) {
  await page.goto(`${address}/make/stage.html`);
  return page.evaluate(async (src) => {
    const video = document.createElement('video');
    video.src = src;
    await new Promise((resolve, reject) => {
      video.addEventListener('loadedmetadata', resolve);
      video.addEventListener('error', () => reject(new Error(`${src}: ${video.error.message}`)));
    });
    return {
      duration_ms: Math.round(video.duration * 1000),
      width: video.videoWidth,
      height: video.videoHeight,
    };
  }, `${address}/${file}`);
}
