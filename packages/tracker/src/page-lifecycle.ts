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
  readonly view?: Pick<Window, 'document' | 'addEventListener'>;
}

/**
 * One place for the page's own life. Never `unload` or `beforeunload`: they are unreliable on phones and
 * keep the page out of the back/forward cache (https://web.dev/articles/bfcache#never-use-the-unload-event).
 */
export function watchPageLifecycle({ signal, view = window, ...page }: PageLifecycle): void {
  const { document } = view;
  const on = (
    target: Pick<EventTarget, 'addEventListener'>,
    type: string,
    listener: (event: PageTransitionEvent) => void,
  ) =>
    // Capture: a page that stops propagation does not stop us.
    target.addEventListener(type, listener as EventListener, { signal, capture: true });
  on(document, 'visibilitychange', () => (document.hidden ? page.onHidden?.() : page.onVisible?.()));
  on(document, 'freeze', () => page.onHidden?.());
  on(document, 'resume', () => page.onResume?.());
  on(view, 'pagehide', ({ persisted }) => page.onPageEnd?.({ persisted }));
  on(view, 'pageshow', ({ persisted }) => persisted && page.onResume?.());
  on(view, 'online', () => page.onOnline?.());
}
