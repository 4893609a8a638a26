/** What a page can tell before it is gone. Every callback is optional. */
export interface PageLifecycle {
  /** Detaches everything. */
  readonly signal: AbortSignal;
  /** The tab went to the background or is about to be frozen; on phones often the last sign of life. */
  readonly onHidden?: () => void;
  /** The tab is in front again. */
  readonly onVisible?: () => void;
  /** `pagehide`. `persisted`: the page may come back from the back/forward cache, so nothing has ended. */
  readonly onPageEnd?: (end: { readonly persisted: boolean }) => void;
  /** The page came back from the back/forward cache or from being frozen. */
  readonly onResume?: () => void;
  readonly onOnline?: () => void;
  /** The window to watch; default the global one. */
  readonly view?: Window;
}

/**
 * One place for the page's own life. Never `unload` or `beforeunload`: they are unreliable on phones and
 * keep the page out of the back/forward cache (https://web.dev/articles/bfcache#never-use-the-unload-event).
 */
export function watchPageLifecycle(page: PageLifecycle): void {
  const { signal, view = window } = page;
  const { document } = view;
  // Capture, so that a page that stops propagation does not stop us.
  const options = { signal, capture: true };
  document.addEventListener(
    'visibilitychange',
    () => (document.visibilityState === 'hidden' ? page.onHidden?.() : page.onVisible?.()),
    options,
  );
  document.addEventListener('freeze', () => page.onHidden?.(), options);
  document.addEventListener('resume', () => page.onResume?.(), options);
  view.addEventListener('pagehide', ({ persisted }) => page.onPageEnd?.({ persisted }), options);
  view.addEventListener('pageshow', ({ persisted }) => persisted && page.onResume?.(), options);
  view.addEventListener('online', () => page.onOnline?.(), options);
}
