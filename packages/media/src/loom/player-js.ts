/** Whose messages these are, and in which edition; the vendor's player looks at both. */
const ENVELOPE = { context: 'player.js', version: '0.0.11' } as const;
/** A message longer than this is none of this protocol. */
const MAX_LENGTH = 10_000;
/** A vendor that does not answer text for so long may want objects. */
const PATIENCE_MS = 1000;
/** And one that answers neither is silent. */
const SILENCE_MS = 6000;

/** What a player.js receiver tells without being asked each time. */
export type PlayerJsEvent = 'ready' | 'play' | 'pause' | 'ended' | 'timeupdate' | 'progress' | 'seeked' | 'error';

/** The page's end of player.js. */
export interface PlayerJsClient {
  /** Does nothing before the receiver has spoken. */
  call(method: string, value?: number): void;
}

/** What a {@link PlayerJsClient} hears. */
export interface PlayerJsListener {
  readonly onReady: () => void;
  readonly onEvent: (event: string, value: unknown) => void;
  /** Nothing was heard in good time; should it speak later after all, `onReady` follows. */
  readonly onSilence: () => void;
}

/**
 * Talks player.js with an iframe: as text first, and to one that stays silent as objects, since both are about; the same
 * listener ids make the double question one. Only the iframe's own window and origin are heard.
 *
 * @see https://github.com/embedly/player.js/blob/master/SPEC.rst
 */
export function connectPlayerJs(
  frame: HTMLIFrameElement,
  events: readonly PlayerJsEvent[],
  { signal, onReady, onEvent, onSilence }: PlayerJsListener & { readonly signal: AbortSignal },
): PlayerJsClient {
  const { origin } = new URL(frame.src);
  let isReady = false;
  let asObjects = false;
  const post = (message: object): void => {
    const whole = { ...ENVELOPE, ...message };
    frame.contentWindow?.postMessage(asObjects ? whole : JSON.stringify(whole), origin);
  };
  const ask = (name: PlayerJsEvent): void =>
    post({ method: 'addEventListener', value: name, listener: `chronos-${name}` });
  const askAsObject = (): void => {
    asObjects = true;
    ask('ready');
    asObjects = false;
  };
  const hear = ({ source, origin: from, data }: MessageEvent): void => {
    if (source !== frame.contentWindow || from !== origin) return;
    const message = readMessage(data);
    if (!message) return;
    if (isReady) return onEvent(message.event, message.value);
    // It names its page in `value.src`, often not as it was written: the window says enough.
    isReady = true;
    asObjects = typeof data === 'object';
    for (const name of events) ask(name);
    onReady();
  };
  window.addEventListener('message', hear, { signal });
  // It says `ready` by itself when it has loaded, unless it had before we listened.
  frame.addEventListener('load', () => ask('ready'), { signal });
  const timers = [
    setTimeout(() => isReady || ask('ready'), PATIENCE_MS / 2),
    setTimeout(() => isReady || askAsObject(), PATIENCE_MS * 1.5),
    setTimeout(() => isReady || onSilence(), SILENCE_MS),
  ];
  signal.addEventListener('abort', () => timers.forEach(clearTimeout), { once: true });
  return { call: (method, value) => isReady && post(value === undefined ? { method } : { method, value }) };
}

/** @returns null for whatever is not a message of this protocol. */
function readMessage(data: unknown): { readonly event: string; readonly value: unknown } | null {
  const message = typeof data === 'string' && data.length <= MAX_LENGTH ? parse(data) : data;
  if (typeof message !== 'object' || message === null) return null;
  const { context, event, value } = message as Record<string, unknown>;
  return context === ENVELOPE.context && typeof event === 'string' ? { event, value } : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
