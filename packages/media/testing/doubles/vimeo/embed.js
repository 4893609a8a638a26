// Vimeo's embed: the vendor's end of the wire, in our words. Commands are objects `{method, value}`, answered by
// `{method, value}` or by an event `error` with the method's name; events go to whoever asked for them by
// `addEventListener`. The first digits of a video's id say how it behaves:
//   404 · 403 · 451 an error page in place of a player: not there, private, not on this domain
//   402 there, and it fails when it is to play · 423 asks for a password, `open sesame`, and plays then
//   401 refuses to play until pressed in the embed · 408 never says a word · 425 answers after 1.5 s
//   405 its owner does not allow other rates · 200 sends text in place of objects
const [, id] = /^\/video\/(\d+)/.exec(location.pathname);
const mode = id.slice(0, 3);
const LATE_MS = mode === '425' ? 1500 : 0;
const ERROR_PAGES = {
  404: ['NotFoundError', 'This video does not exist.'],
  403: ['PrivacyError', 'This is a private video. Do you have permission to watch it?'],
  451: ['PrivacyError', 'Because of its privacy settings, this video cannot be played here.'],
};

const button = document.querySelector('button');
const subscribed = new Set();
/** Known once the page has spoken; until then whoever embeds it is told. */
let pageOrigin = '*';
let mayPlay = mode !== '401';
let isLocked = mode === '423';
let hasPlayed = false;

function post(message) {
  if (mode === '408') return;
  parent.postMessage(mode === '200' ? JSON.stringify(message) : message, pageOrigin);
}

function tell(event, data) {
  if (subscribed.has(event)) post({ event, data });
}

function fail(method, [name, message]) {
  post({ event: 'error', data: { method, name, message } });
}

/** To the second before it has played, to the thousandth afterwards. */
const duration = () => (hasPlayed ? Math.round(video.duration * 1000) / 1000 : Math.round(video.duration));
const place = () => ({ seconds: video.currentTime, percent: video.currentTime / video.duration, duration: duration() });

class Refusal extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

async function play() {
  if (isLocked) throw new Refusal('PasswordError', 'This video is password protected.');
  if (!mayPlay) throw new Refusal('NotAllowedError', 'play() can only be initiated by a user gesture.');
  if (mode === '402') throw new Refusal('UnplayableError', 'This video cannot be played.');
  hasPlayed = true;
  await video.play();
}

const methods = {
  addEventListener: (name) => void subscribed.add(name),
  removeEventListener: (name) => void subscribed.delete(name),
  play,
  pause: () => video.pause(),
  async setCurrentTime(seconds) {
    if (seconds < 0 || seconds > video.duration) throw new Refusal('RangeError', 'That is not in the video.');
    video.currentTime = seconds;
    // Before it has ever played, this is how to begin to.
    if (!hasPlayed) await play();
    return seconds;
  },
  setPlaybackRate(rate) {
    if (mode === '405' || rate < 0 || rate > 2) throw new Refusal('RangeError', 'The rate cannot be set.');
    video.playbackRate = rate;
    return rate;
  },
  setVolume(volume) {
    video.volume = volume;
    video.muted = volume === 0;
    return volume;
  },
  setMuted(muted) {
    video.muted = muted;
    return muted;
  },
  getDuration() {
    if (isLocked) throw new Refusal('PasswordError', 'This video is password protected.');
    return duration();
  },
  getBuffered: () =>
    Array.from({ length: video.buffered.length }, (_, i) => [video.buffered.start(i), video.buffered.end(i)]),
  ping: () => undefined,
};

async function respond({ method, value }) {
  if (!Object.hasOwn(methods, method)) return fail(method, ['UnsupportedError', 'Unknown method']);
  try {
    // The library has sent arguments alone and in lists.
    const given = Array.isArray(value) ? value[0] : value;
    post({ method, value: await methods[method](given) });
  } catch ({ name, message }) {
    fail(method, [name, message]);
  }
}

let isReady = false;
addEventListener('message', ({ source, origin, data }) => {
  if (source !== parent) return;
  const message = typeof data === 'string' ? JSON.parse(data) : data;
  // A ping before it is ready is lost.
  if (!isReady || message?.method === undefined) return;
  pageOrigin = origin;
  void respond(message);
});

function becomeReady() {
  isReady = true;
  post({ event: 'ready' });
}

/** In place of a player. */
function showErrorPage([name, message]) {
  document.body.textContent = message;
  post({ event: 'error', data: { method: 'ready', name, message } });
}

function askPassword() {
  const field = Object.assign(document.createElement('input'), { type: 'password' });
  field.setAttribute('aria-label', 'Password');
  const form = document.createElement('form');
  form.append(field, Object.assign(document.createElement('button'), { textContent: 'Watch Video' }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value !== 'open sesame') return;
    isLocked = false;
    form.remove();
    tell('loaded', { id: Number(id) });
  });
  document.body.append(form);
}

function begin() {
  if (isLocked) askPassword();
  setTimeout(becomeReady, LATE_MS);
}
if (Object.hasOwn(ERROR_PAGES, mode)) showErrorPage(ERROR_PAGES[mode]);
else if (video.readyState > 0) begin();
else video.addEventListener('loadedmetadata', begin, { once: true });

button.addEventListener('click', () => {
  mayPlay = true;
  void play().catch(() => {});
});
video.addEventListener('click', () => video.pause());
video.addEventListener('play', () => {
  hasPlayed = true;
  tell('play', place());
  tell('durationchange', { duration: duration() });
});
video.addEventListener('playing', () => {
  button.hidden = true;
  tell('playing', place());
});
video.addEventListener('waiting', () => tell('bufferstart'));
video.addEventListener('pause', () => {
  button.hidden = false;
  tell('pause', place());
});
video.addEventListener('ended', () => tell('ended', place()));
video.addEventListener('seeking', () => {
  tell('seeking', place());
  tell('bufferstart');
});
video.addEventListener('seeked', () => {
  tell('bufferend');
  tell('seeked', place());
});
video.addEventListener('timeupdate', () => tell('timeupdate', place()));
video.addEventListener('progress', () => {
  const seconds = video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : 0;
  tell('progress', { seconds, percent: seconds / video.duration, duration: duration() });
});
video.addEventListener('volumechange', () => tell('volumechange', { volume: video.volume, muted: video.muted }));
// Not `ratechange`, which others listen for.
video.addEventListener('ratechange', () => tell('playbackratechange', { playbackRate: video.playbackRate }));
