import { createFakeClock, type FakeClock } from '@chronos-player/media/testing';
import { vi, type Mock } from 'vitest';
import type { Delivery, DeliverySession } from '../src/delivery.ts';
import { deliveryFor } from '../src/delivery-for.ts';
import { fakeDatabase, type FakeDatabase, type SeenRequest } from './fake-database.ts';
import { fakePage, type FakePage, type FakePageOptions } from './fake-page.ts';

/** A page, its delivery and the database behind it, on one clock. */
export function setUp(
  options: FakePageOptions = {},
): FakePage & { readonly clock: FakeClock; readonly database: FakeDatabase; readonly delivery: Delivery } {
  const clock = options.clock ?? createFakeClock();
  const database = fakeDatabase(clock.now);
  const fake = fakePage({ ...options, clock });
  return { clock, database, ...fake, delivery: deliveryFor(database.endpoint, fake.page) };
}

/** Makes a session known, and listens. */
export function joinTo(
  delivery: Delivery,
  sessionId: string,
  given: Partial<DeliverySession> = {},
): { readonly onAnswer: Mock<DeliverySession['onAnswer']>; readonly onError: Mock<DeliverySession['onError']> } {
  const onAnswer = vi.fn<DeliverySession['onAnswer']>();
  const onError = vi.fn<DeliverySession['onError']>();
  delivery.join({ sessionId, identity: () => ({}), onAnswer, onError, ...given });
  return { onAnswer, onError };
}

/** What was called, in order. */
export function rpcs({ requests }: { readonly requests: readonly SeenRequest[] }): readonly string[] {
  return requests.map(({ rpc }) => rpc);
}
