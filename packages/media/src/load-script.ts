/** How a script is loaded. */
export interface LoadScriptOptions {
  /** Given up after so long, ms. */
  readonly timeoutMs: number;
  /** The Trusted Types policy under which this one address is allowed; a page's CSP has to name it. */
  readonly policy: string;
}

/**
 * Loads a vendor's script into the page, once: whoever asks while it is under way waits for the same one. One that
 * failed is taken out again, so that the next attempt is a new one.
 *
 * @throws Error when it does not arrive in time, or not at all; TypeError where the page's Trusted Types forbid it.
 */
export async function loadScript(url: string, { timeoutMs, policy }: LoadScriptOptions): Promise<void> {
  const script = findScript(url) ?? insertScript(url, policy);
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${url} did not arrive within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      script.addEventListener('load', () => resolve(), { signal });
      script.addEventListener('error', () => reject(new Error(`${url} could not be loaded`)), { signal });
    });
  } catch (error) {
    script.remove();
    throw error;
  } finally {
    settled.abort();
  }
}

function findScript(url: string): HTMLScriptElement | undefined {
  return [...document.scripts].find(({ src }) => src === url);
}

function insertScript(url: string, policy: string): HTMLScriptElement {
  const script = document.createElement('script');
  script.async = true;
  script.src = allowScript(url, policy);
  document.head.append(script);
  return script;
}

/** Typed as text, which is what the property takes; where Trusted Types are enforced it is a TrustedScriptURL. */
function allowScript(url: string, policy: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const createScriptURL = (address: string): string => {
    if (address === url) return address;
    throw new TypeError(`${address} is not ${url}`);
  };
  return trustedTypes?.createPolicy(policy, { createScriptURL }).createScriptURL(url) ?? url;
}

/** The part that is used; TypeScript's own library does not have it in every version. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}
