const LONGEST_LINE = 42;

/** A caption stays a little after the voice, because reading is slower than hearing; never into the next one. */
const LINGER_MS = 300;

/** WebVTT of every sentence, in at most two balanced lines. Throws when a sentence does not fit. */
export function captionsVtt(slides) {
  const sentences = slides.flatMap((slide) => slide.sentences);
  return vtt(sentences.map(({ text, startMs, endMs }) => ({ startMs, endMs: endMs + LINGER_MS, text: inLines(text) })));
}

/** WebVTT with one chapter per slide. */
export function chaptersVtt(slides) {
  return vtt(slides.map(({ title, startMs, endMs }) => ({ startMs, endMs, text: title })));
}

function vtt(cues) {
  const blocks = cues.map((cue, i) => `${i + 1}\n${timestamp(cue.startMs)} --> ${timestamp(cue.endMs)}\n${cue.text}\n`);
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** As WebVTT writes a moment. */
export function timestamp(ms) {
  return new Date(ms).toISOString().slice(11, 23);
}

/** The break whose longer line is shortest, a break after punctuation counting as four letters better. */
function inLines(text) {
  if (text.length <= LONGEST_LINE) return text;
  const words = text.split(' ');
  const breaks = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]);
  const cost = ([first, second]) => Math.max(first.length, second.length) - (/[,:.]$/.test(first) ? 4 : 0);
  const fitting = breaks.filter((lines) => lines.every((line) => line.length <= LONGEST_LINE));
  if (fitting.length === 0) throw new Error(`Too long for two caption lines of ${LONGEST_LINE}: "${text}"`);
  return fitting.reduce((best, lines) => (cost(lines) < cost(best) ? lines : best)).join('\n');
}
