// The second of YouTube's scripts: YT.Player, the page's end of the wire. Does what the vendor's does, in our words,
// traps included: methods appear when the embed has answered, getters answer from the last message, the position runs
// on for at most a second, and a player once answered never asks again.
(() => {
  const players = new Map();
  let count = 0;

  const COMMANDS = ['playVideo', 'pauseVideo', 'stopVideo', 'seekTo', 'setVolume', 'mute', 'unMute', 'setPlaybackRate'];
  const LOADS = ['cueVideoById', 'loadVideoById'];
  const GETTERS = {
    getPlayerState: 'playerState',
    getDuration: 'duration',
    getVideoLoadedFraction: 'videoLoadedFraction',
    getPlaybackRate: 'playbackRate',
    getAvailablePlaybackRates: 'availablePlaybackRates',
    getVolume: 'volume',
    isMuted: 'muted',
    getVideoUrl: 'videoUrl',
  };

  class Player {
    #frame;
    #origin;
    #asking;
    #info = {};
    #listeners = {};
    #onMessage = (message) => this.#hear(message);

    constructor(element, { events = {}, host, videoId, playerVars = {} } = {}) {
      const target = typeof element === 'string' ? document.getElementById(element) : element;
      this.#frame = target instanceof HTMLIFrameElement ? target : makeFrame(target, { host, videoId, playerVars });
      this.#frame.id ||= `widget${(count += 1)}`;
      players.set(this.#frame.id, this);
      const url = new URL(this.#frame.src);
      if (url.searchParams.get('enablejsapi') !== '1') {
        for (const [key, value] of Object.entries(ownParameters())) url.searchParams.set(key, value);
        this.#frame.src = url.href;
      }
      this.#origin = url.origin;
      for (const [name, listener] of Object.entries(events)) (this.#listeners[name] ??= []).push(listener);
      addEventListener('message', this.#onMessage);
      this.#ask();
      this.#asking = setInterval(() => this.#ask(), 250);
    }

    addEventListener(name, listener) {
      (this.#listeners[name] ??= []).push(listener);
      this.#send('addEventListener', [name]);
    }

    removeEventListener(name, listener) {
      this.#listeners[name] = (this.#listeners[name] ?? []).filter((one) => one !== listener);
    }

    getIframe() {
      return this.#frame;
    }

    destroy() {
      clearInterval(this.#asking);
      removeEventListener('message', this.#onMessage);
      players.delete(this.#frame.id);
      this.#frame.remove();
    }

    #ask() {
      this.#post({ event: 'listening', id: this.#frame.id, channel: 'widget' });
    }

    #send(func, args = []) {
      this.#post({ event: 'command', func, args, id: this.#frame.id, channel: 'widget' });
    }

    #post(message) {
      this.#frame.contentWindow?.postMessage(JSON.stringify(message), this.#origin);
    }

    #hear({ origin, source, data }) {
      if (origin !== this.#origin || source !== this.#frame.contentWindow || typeof data !== 'string') return;
      const { event, info } = JSON.parse(data);
      clearInterval(this.#asking);
      if (event === 'initialDelivery') this.#appear();
      if (event === 'initialDelivery' || event === 'infoDelivery') Object.assign(this.#info, info);
      else this.#tell(event, info);
    }

    #appear() {
      for (const name of Object.keys(this.#listeners)) this.#send('addEventListener', [name]);
      for (const name of COMMANDS) this[name] = (...args) => this.#send(name, args);
      for (const name of LOADS) {
        this[name] = (...args) => {
          this.#info = {};
          this.#send(name, args);
        };
      }
      for (const [name, key] of Object.entries(GETTERS)) this[name] = () => this.#info[key];
      this.getCurrentTime = () => this.#currentTime();
    }

    #currentTime() {
      const { currentTime, currentTimeLastUpdated_: updated, playerState, playbackRate = 1 } = this.#info;
      if (playerState !== 1 || updated === undefined) return currentTime;
      return currentTime + Math.min(1, Date.now() / 1000 - updated) * playbackRate;
    }

    #tell(event, data) {
      for (const listener of this.#listeners[event] ?? []) listener({ target: this, data });
    }
  }

  function ownParameters() {
    return { enablejsapi: '1', origin: location.origin, widgetid: String(count + 1), forigin: location.href };
  }

  function makeFrame(target, { host = 'https://www.youtube.com', videoId, playerVars }) {
    const frame = document.createElement('iframe');
    const parameters = new URLSearchParams({ ...playerVars, ...ownParameters() });
    frame.src = `${host}/embed/${videoId}?${parameters}`;
    target.replaceWith(frame);
    return frame;
  }

  window.YT.Player = Player;
  window.YT.get = (id) => players.get(id);
  window.onYTReady?.();
  window.onYouTubeIframeAPIReady?.();
})();
