import type { Identity } from '@chronos-player/tracker';
import { identifyViewer, onConfigured } from './configure.ts';

/** Whom a {@link ViewerWatch} tells, and how long. */
export interface ViewerWatchOptions {
  /** Another viewer than the one whose session is open, or nobody any more. */
  readonly onChange: () => void;
  readonly signal: AbortSignal;
}

/** Keeps one session to one viewer. */
export interface ViewerWatch {
  /** Who is watching now. Whoever answers first after {@link forget} is the session's viewer. */
  readonly identify: () => Promise<Identity>;
  /** Was the last answer somebody? Asks nobody. */
  readonly isSomebody: () => boolean;
  /** The session is over: the next one may be anybody's. */
  readonly forget: () => void;
}

/** Notices that another viewer sits before a living page: whenever the page says that it may be so, and with every question. */
export function watchViewer({ onChange, signal }: ViewerWatchOptions): ViewerWatch {
  /** undefined: nobody has answered for this session. */
  let viewer: string | null | undefined;
  let isAsked = false;
  const identify = async (): Promise<Identity> => {
    isAsked = true;
    const identity = await identifyViewer();
    const before = viewer;
    viewer = subjectOf(identity);
    if (!signal.aborted && before !== undefined && before !== viewer) onChange();
    return identity;
  };
  // A page that cannot say is told so by whoever needs to know.
  onConfigured(() => void (isAsked && identify().catch(() => {})), signal);
  return {
    identify,
    isSomebody: () => typeof viewer === 'string',
    forget: () => {
      viewer = undefined;
      isAsked = false;
    },
  };
}

/** `sub` of the token that counts, null for nobody. Unverified: proving it is the database's part. */
function subjectOf({ viewerToken, accessToken }: Identity): string | null {
  try {
    const [, payload = ''] = `${viewerToken ?? accessToken}`.split('.');
    const { sub } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { readonly sub?: string };
    return sub ?? null;
  } catch {
    return null;
  }
}
