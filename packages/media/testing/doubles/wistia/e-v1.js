// Wistia's script: it looks for the places that `_wq` names, in the page's own tree and nowhere else, and makes its
// players there. Does what the vendor's does, in our words. The first letters of a video's id say how it behaves:
//   missing    says so to the viewer, and never that it is ready · silent never comes · late comes after 1.5 s
//   unplayable has a file that is none
(() => {
  if (window.Wistia) return;
  const { origin } = new URL(document.currentScript.src);
  const players = new Map();
  const waiting = window._wq ?? [];
  window.Wistia = { api: (id) => players.get(id) ?? null };
  window._wq = { push: (...configs) => configs.forEach(embed) };

  function embed({ id, options = {}, onReady }) {
    const place = document.getElementById(id) ?? document.querySelector(`.wistia_async_${id}`);
    const hashedId = /wistia_async_(\w+)/.exec(place?.className ?? '')?.[1];
    if (!hashedId || hashedId.startsWith('silent')) return;
    const name = `/embed/medias/${hashedId}.jsonp`;
    const script = document.createElement('script');
    script.async = true;
    script.src = origin + name;
    script.addEventListener('load', () => {
      script.remove();
      const data = window[`wistiajsonp-${name}`];
      const build = () => place.isConnected && show(place, { data, options, onReady });
      if (hashedId.startsWith('late')) setTimeout(build, 1500);
      else build();
    });
    document.head.append(script);
  }

  function show(place, { data, options, onReady }) {
    if (data.error) {
      place.textContent = 'Sorry, this video does not exist.';
      return;
    }
    const { hashedId, assets } = data.media;
    const video = document.createElement('video');
    Object.assign(video, { preload: options.preload, playsInline: true, muted: options.muted ?? false });
    Object.assign(video.style, { width: '100%', height: '100%' });
    const frame = document.createElement('div');
    frame.className = 'w-chrome';
    Object.assign(frame.style, { position: 'relative', width: '100%', height: '100%' });
    frame.append(video);
    place.append(frame);
    const player = createApi(hashedId, { place, frame, video });
    players.set(hashedId, player);
    if (options.playButton && !options.chromeless) frame.append(createButton(video));
    const asset = assets.find(({ contentType }) => video.canPlayType(contentType)) ?? assets[0];
    video.src = origin + asset.url;
    if (options.autoPlay) void video.play();
    if (options.preload === 'none' || video.readyState > 0) onReady?.(player);
    else video.addEventListener('loadedmetadata', () => onReady?.(player), { once: true });
  }

  function createApi(hashedId, { place, frame, video }) {
    const bound = new Map();
    return {
      hashedId: () => hashedId,
      elem: () => video,
      duration: () => video.duration,
      play: () => void video.play().catch(() => {}),
      pause: () => video.pause(),
      time(seconds) {
        if (seconds === undefined) return video.currentTime;
        video.currentTime = seconds;
        return this;
      },
      bind(name, listener) {
        bound.set(listener, name);
        video.addEventListener(name, listener);
        return this;
      },
      unbind(name, listener) {
        bound.delete(listener);
        video.removeEventListener(name, listener);
        return this;
      },
      bigPlayButtonEnabled: () => frame.querySelector('button') !== null,
      requestChromeless: () => frame.classList.add('w-chromeless'),
      releaseChromeless: () => frame.classList.remove('w-chromeless'),
      remove() {
        for (const [listener, name] of bound) video.removeEventListener(name, listener);
        players.delete(hashedId);
        frame.remove();
        place.classList.remove('wistia_embed_initialized');
      },
    };
  }

  function createButton(video) {
    const button = document.createElement('button');
    button.setAttribute('aria-label', 'Play Video');
    Object.assign(button.style, { position: 'absolute', inset: '0', margin: 'auto', width: '68px', height: '48px' });
    button.addEventListener('click', () => void video.play());
    video.addEventListener('playing', () => (button.hidden = true));
    return button;
  }

  waiting.forEach(embed);
})();
