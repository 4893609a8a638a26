import type { AnonymousIdPage } from './anonymous-id.ts';
import type { BackoffPage } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import type { OutboxPage } from './outbox.ts';
import { PageDelivery } from './page-delivery.ts';
import type { Endpoint } from './transport.ts';

export { sendMark } from './transport.ts';

export { findLeftOff } from './find-left-off.ts';

/** The part of the global object that delivery stands on; tests crank their own by hand. */
export type DeliveryPage = OutboxPage &
  AnonymousIdPage &
  BackoffPage &
  Pick<Window, 'document' | 'addEventListener'> & {
    readonly navigator: { readonly locks?: Pick<LockManager, 'request'> };
    readonly setTimeout: (run: () => void, ms: number) => unknown;
    readonly clearTimeout: (timer: never) => void;
    [PAGE]?: Map<string, Delivery>;
  };

const PAGE: unique symbol = Symbol.for('chronos-player.delivery.1');

/**
 * The page's delivery to an endpoint, made on first use. What it guards is the page's and not a module's (one keepalive
 * quota, one request at a time, one outbox), so it lives at the global object, where a second copy of this package, bundled by
 * somebody else, finds it too.
 */
export function deliveryFor(endpoint: Endpoint, page: DeliveryPage = globalThis): Delivery {
  const delivery = findDelivery(endpoint, page) ?? new PageDelivery(endpoint, page);
  (page[PAGE] ??= new Map()).set(keyOf(endpoint), delivery);
  return delivery;
}

/** The page's delivery to an endpoint, if something was ever delivered there. */
export function findDelivery(endpoint: Endpoint, page: DeliveryPage = globalThis): Delivery | undefined {
  return page[PAGE]?.get(keyOf(endpoint));
}

function keyOf({ supabaseUrl, supabaseKey }: Endpoint): string {
  return `${supabaseUrl} ${supabaseKey}`;
}
