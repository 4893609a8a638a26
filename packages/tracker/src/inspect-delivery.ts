import { findDelivery, type DeliveryPage } from './delivery-for.ts';
import type { DeliveryState } from './delivery.ts';
import { createOutbox } from './outbox.ts';
import type { Endpoint } from './transport.ts';

/** What a page owes to a database. */
export interface DeliveryReport extends DeliveryState {
  /** Sessions whose newest snapshot is on disk and not acknowledged, of this and of earlier visits. */
  readonly onDisk: number;
}

/** Looks without touching: before anything was delivered (consent!) there is nothing to see, and `null` is the answer. */
export async function inspectDelivery(
  endpoint: Endpoint,
  page: DeliveryPage = globalThis,
): Promise<DeliveryReport | null> {
  const state = findDelivery(endpoint, page)?.state;
  if (!state) return null;
  const records = await createOutbox(page, () => {}).load();
  return { ...state, onDisk: records.filter(({ url }) => url === endpoint.supabaseUrl).length };
}
