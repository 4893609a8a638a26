// Loom's embed as it is said to be: a player.js receiver, in our words. The first letter of a video's id says how it
// behaves:
//   0 text · 0b objects · 0c never says a word · 0d says ready after 1.5 s · 0e names another page in `ready`
//   0f drops everything when it was not told its page (a stock receiver compares the sender with its referrer)
//   02 plays twice as fast, as the viewer has chosen in its menu · ee says `error` when told to play
const mode = location.pathname.split('/')[2].slice(0, 2);
const ENVELOPE = { context: 'player.js', version: '0.0.11' };
const METHODS = ['play', 'pause', 'mute', 'unmute', 'setVolume', 'getVolume', 'getDuration', 'setCurrentTime'];
const EVENTS = ['ready', 'play', 'pause', 'ended', 'timeupdate', 'progress', 'seeked', 'error'];

const button = document.querySelector('button');
const listeners = new Map();
let isReady = false;

const pageOrigin = document.referrer ? new URL(document.referrer).origin : null;

function post(message) {
  if (mode === '0c') return;
  const whole = { ...ENVELOPE, ...message };
  parent.postMessage(mode === '0b' ? whole : JSON.stringify(whole), '*');
}

function emit(event, value) {
  for (const listener of listeners.get(event) ?? []) post({ event, value, listener });
}

function sayReady() {
  const src = mode === '0e' ? 'https://www.loom.com/share/other' : location.href;
  const value = { src, events: EVENTS, methods: METHODS };
  if (isReady) return emit('ready', value);
  isReady = true;
  return post({ event: 'ready', value });
}

const times = () => ({ seconds: video.currentTime, duration: video.duration });

/** Both shapes are about. */
function sayProgress() {
  const seconds = video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : 0;
  emit('progress', mode === '0b' ? { seconds, duration: video.duration } : { percent: seconds / video.duration });
}

const methods = {
  addEventListener(name, listener) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(listener);
    if (name === 'progress') sayProgress();
    if (name === 'ready' && isReady) sayReady();
  },
  removeEventListener: (name, listener) => listeners.get(name)?.delete(listener),
  play: () => (mode === 'ee' ? emit('error', { code: 2 }) : video.play().catch(() => {})),
  pause: () => video.pause(),
  mute() {
    video.muted = true;
  },
  unmute() {
    video.muted = false;
  },
  setVolume(value) {
    video.volume = value / 100;
  },
  setCurrentTime(value) {
    video.currentTime = value;
  },
  getVolume: (_, listener) => post({ event: 'getVolume', value: video.volume * 100, listener }),
  getDuration: (_, listener) => post({ event: 'getDuration', value: video.duration, listener }),
};

addEventListener('message', ({ source, origin, data }) => {
  if (source !== parent || (mode === '0f' && origin !== pageOrigin)) return;
  // The stock receiver reads text only, this one what it writes.
  if (typeof data !== (mode === '0b' ? 'object' : 'string')) return;
  const { context, method, value, listener } = typeof data === 'string' ? JSON.parse(data) : data;
  if (context === ENVELOPE.context) methods[method]?.(value, listener);
});

const whenLoaded = () => setTimeout(sayReady, mode === '0d' ? 1500 : 0);
if (video.readyState > 0) whenLoaded();
else video.addEventListener('loadedmetadata', whenLoaded, { once: true });

button.addEventListener('click', () => void video.play());
video.addEventListener('click', () => video.pause());
video.addEventListener('playing', () => {
  // Which it tells nobody: player.js has no word for it.
  if (mode === '02') video.playbackRate = 2;
  button.hidden = true;
  emit('play');
});
video.addEventListener('pause', () => {
  button.hidden = false;
  if (!video.ended) emit('pause');
});
video.addEventListener('progress', sayProgress);
video.addEventListener('ended', () => emit('ended'));
video.addEventListener('timeupdate', () => emit('timeupdate', times()));
video.addEventListener('seeked', () => emit('seeked', times()));
