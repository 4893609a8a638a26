/**
 * In place of the network: what this page asks of a vendor's origin goes to the stand-in for it on this machine. A page
 * has all power over its own `src` setters and `fetch`; the player knows nothing of it, and talks only with the origin
 * its iframe really has.
 *
 * @param origins a vendor's origin -> the one that stands in for it.
 */
export function standInForVendors(origins: Readonly<Record<string, string>>): void {
  // Where Trusted Types are known an address may be an object that reads as text.
  const redirect: Redirect = (address) => {
    const { origin, href } = new URL(address as string, location.href);
    const other = origins[origin];
    return other === undefined ? address : other + href.slice(origin.length);
  };
  for (const Kind of [HTMLScriptElement, HTMLMediaElement, HTMLImageElement, HTMLTrackElement]) {
    redirectProperty(Kind.prototype, 'src', redirect);
  }
  redirectProperty(HTMLLinkElement.prototype, 'href', redirect);
  redirectProperty(HTMLIFrameElement.prototype, 'src', (address, frame) => poseAsVimeo(address, frame, redirect));
  // Pictures are named by their attribute.
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name: string, value: string) {
    const isAddress = name === 'src' && value.startsWith('https:') && !(this instanceof HTMLIFrameElement);
    setAttribute.call(this, name, isAddress ? redirect(value) : value);
  };
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) => send(input instanceof Request ? input : redirect(input), init);
  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method: string, address: string | URL, isAsync?: boolean) {
    open.call(this, method, redirect(address), isAsync ?? true);
  };
}

type Redirect = <Address extends object | string>(address: Address) => Address | string;

function redirectProperty<Place extends object>(
  prototype: Place,
  name: string,
  redirect: (address: string, place: Place) => unknown,
): void {
  const original = Object.getOwnPropertyDescriptor(prototype, name);
  Object.defineProperty(prototype, name, {
    ...original,
    set(this: Place, address: string) {
      original?.set?.call(this, redirect(address, this));
    },
  });
}

const VIMEO = 'https://player.vimeo.com';

/**
 * Vimeo's library believes only what comes from Vimeo's own address. So the iframe keeps that address and shows a page of
 * ours in its place, with the stand-in in it, which hands on what the two say.
 */
function poseAsVimeo(address: string, frame: HTMLIFrameElement, redirect: Redirect): string {
  const other = redirect(address);
  if (!address.startsWith(`${VIMEO}/`) || other === address) return other;
  const inner = document.createElement('iframe');
  inner.allow = 'autoplay; fullscreen';
  inner.setAttribute('src', other);
  inner.style.cssText = 'position: fixed; border: 0; width: 100%; height: 100%';
  frame.srcdoc = `${inner.outerHTML}<script>(${handOn.toString()})(${JSON.stringify(VIMEO)})</script>`;
  return address;
}

/** Runs in the page between. */
function handOn(origin: string): void {
  const inner = document.querySelector('iframe')?.contentWindow;
  window.postMessage = (message: unknown) => inner?.postMessage(message, '*');
  window.addEventListener('message', ({ source, data }) => {
    const { MessageEvent: Kind } = window.parent as typeof globalThis & Window;
    if (source === inner) window.parent.dispatchEvent(new Kind('message', { origin, source: window, data }));
  });
}
