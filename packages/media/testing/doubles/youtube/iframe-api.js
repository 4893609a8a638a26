// The first of YouTube's scripts: it defines the waiting room and brings in the second, once. Does what the vendor's
// does, in our words.
(() => {
  const SCRIPT = 'https://www.youtube.com/s/player/double/www-widgetapi.js';
  window.YT ??= { loading: 0, loaded: 0 };
  window.YTConfig ??= { host: 'https://www.youtube.com' };
  if (window.YT.loading) return;
  window.YT.loading = 1;
  const waiting = [];
  window.YT.ready = (callback) => {
    if (window.YT.loaded) callback();
    else waiting.push(callback);
  };
  window.onYTReady = () => {
    window.YT.loaded = 1;
    for (const callback of waiting) callback();
  };
  const script = document.createElement('script');
  const policy = window.trustedTypes?.createPolicy('youtube-widget-api', { createScriptURL: (url) => url });
  script.src = policy ? policy.createScriptURL(SCRIPT) : SCRIPT;
  script.async = true;
  document.head.append(script);
})();
