// YouTube's embed: the vendor's end of the wire, in our words. It speaks when it is listened to and from the origin it
// was told. The first part of a video's id says what is wrong with it:
//   err-NNN-... : onReady, then onError with the number; str-NNN-... : the same as text
//   mute------- : never says a word · late------- : answers after 1.5 s (tardy------ : 9.5 s) · slow------- : knows its duration only when playing
//   nplay------ : refuses to play until pressed in the embed · stale------ : its positions are half a second old
const id = location.pathname.split('/')[2];
const parameters = new URLSearchParams(location.search);
const pageOrigin = parameters.get('origin');
const is = (name) => id.startsWith(name);
const LATE_MS = is('late') ? 1500 : is('tardy') ? 9500 : 0;
const STALE_MS = is('stale') ? 500 : 0;
const error = /^(err|str)-(\d{1,3})/.exec(id);

const button = document.querySelector('button');
const subscribed = new Set();
let channel = null;
let state = -1;
let isAnswered = false;
let mayPlay = !is('nplay');

function post(event, info) {
  if (!channel) return;
  const message = JSON.stringify({ event, info, id: channel.id, channel: channel.channel });
  setTimeout(() => parent.postMessage(message, pageOrigin), event === 'infoDelivery' ? STALE_MS : 0);
}

function tell(event, info) {
  if (subscribed.has(event)) post(event, info);
}

function describe() {
  const buffered = video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : 0;
  const isKnown = video.duration > 0 && (!is('slow') || state === 1);
  return {
    playerState: state,
    currentTime: video.currentTime,
    currentTimeLastUpdated_: Date.now() / 1000,
    duration: isKnown ? video.duration : 0,
    videoLoadedFraction: isKnown ? buffered / video.duration : 0,
    playbackRate: video.playbackRate,
    volume: Math.round(video.volume * 100),
    muted: video.muted,
  };
}

function enter(next) {
  if (state === next) return;
  state = next;
  button.hidden = state === 1 || state === 3;
  post('infoDelivery', describe());
  tell('onStateChange', state);
}

function answer() {
  if (isAnswered) return;
  isAnswered = true;
  post('initialDelivery', {
    ...describe(),
    apiInterface: ['playVideo', 'pauseVideo', 'seekTo', 'getCurrentTime'],
    availablePlaybackRates: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
    videoUrl: `https://www.youtube.com/watch?v=${id}`,
  });
  post('onReady', null);
  if (error) setTimeout(() => post('onError', error[1] === 'str' ? error[2] : Number(error[2])), 50);
  else if (document.referrer === '') setTimeout(() => post('onError', 153), 50);
  else enter(5);
}

const commands = {
  addEventListener: (name) => subscribed.add(name),
  playVideo() {
    if (error) return undefined;
    if (state === 0) video.currentTime = 0;
    if (!mayPlay) return tell('onAutoplayBlocked', null);
    return video.play().catch(({ name }) => {
      if (name === 'NotAllowedError') tell('onAutoplayBlocked', null);
    });
  },
  pauseVideo: () => video.pause(),
  seekTo(seconds) {
    const wasPaused = state === 2;
    video.currentTime = seconds;
    if (!wasPaused) void commands.playVideo();
  },
  setVolume(volume) {
    video.volume = volume / 100;
  },
  mute() {
    video.muted = true;
  },
  unMute() {
    video.muted = false;
  },
  setPlaybackRate(rate) {
    video.playbackRate = Math.min(2, Math.max(0.25, rate));
  },
};

addEventListener('message', ({ source, origin, data }) => {
  if (is('mute') || source !== parent || origin !== pageOrigin || typeof data !== 'string') return;
  const { event, func, args, ...from } = JSON.parse(data);
  if (event === 'listening') {
    channel = from;
    const whenReady = () => setTimeout(answer, LATE_MS);
    if (video.readyState > 0 || error) whenReady();
    else video.addEventListener('loadedmetadata', whenReady, { once: true });
  } else if (event === 'command') commands[func]?.(...args);
});

button.addEventListener('click', () => {
  mayPlay = true;
  void commands.playVideo();
});
video.addEventListener('click', () => video.pause());
// Told to play again from the end, Firefox says that it plays before it has gone to the beginning.
video.addEventListener('playing', () => !video.seeking && enter(1));
video.addEventListener('waiting', () => !video.paused && enter(3));
video.addEventListener('pause', () => !video.ended && enter(2));
video.addEventListener('ended', () => enter(0));
video.addEventListener('seeked', () => post('infoDelivery', describe()));
video.addEventListener('timeupdate', () => !video.paused && post('infoDelivery', describe()));
video.addEventListener('volumechange', () => {
  post('infoDelivery', { volume: Math.round(video.volume * 100), muted: video.muted });
  tell('onVolumeChange', { volume: Math.round(video.volume * 100), muted: video.muted });
});
video.addEventListener('ratechange', () => {
  post('infoDelivery', { playbackRate: video.playbackRate });
  tell('onPlaybackRateChange', video.playbackRate);
});
video.addEventListener('error', () => post('onError', 5), true);
