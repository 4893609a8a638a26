import type { Delivery, DeliverySession } from './delivery.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Stands in for a delivery that is still on its way over the network, so that watching counts from the first moment and
 * a page that never opens a session never loads one. Remembers the newest word of every session and hands it over: a
 * snapshot says everything, so nothing older is missed.
 *
 * What could not be loaded is tried again with the next message and when the network is back. A browser from before
 * https://github.com/whatwg/html/pull/10327 answers every further `import()` of it with the same failure; there, a reload helps.
 */
export function createLateDelivery(
  load: () => Promise<Delivery>,
  view: Partial<Pick<EventTarget, 'addEventListener'>> = globalThis,
): Delivery {
  const sessions: DeliverySession[] = [];
  const newest = new Map<string, Snapshot>();
  let told = 0;
  let delivery: Delivery | undefined;
  let arrival: Promise<void> | undefined;
  const remember = (snapshot: Snapshot): void => void newest.set(snapshot.sessionId, snapshot);
  const arrive = (): Promise<void> =>
    (arrival ??= load().then(
      (loaded) => {
        delivery = loaded;
        for (const session of sessions) loaded.join(session);
        for (const snapshot of newest.values()) loaded.post(snapshot);
      },
      (error) => {
        arrival = undefined;
        // The same listener is added once, however often.
        view.addEventListener?.('online', retry);
        for (; told < sessions.length; told += 1) sessions[told]?.onError({ code: 'missing', message: String(error) });
      },
    ));
  const retry = (): void => void arrive();
  retry();
  return {
    join: (session) => (delivery ? delivery.join(session) : void sessions.push(session)),
    keep: (snapshot) => (delivery ? delivery.keep(snapshot) : remember(snapshot)),
    post: (snapshot) => {
      if (delivery) return delivery.post(snapshot);
      remember(snapshot);
      retry();
    },
    leave: (snapshots) => delivery?.leave(snapshots),
    flush: () => arrive().then(() => delivery?.flush()),
    close: () => delivery?.close(),
    forget: (sessionId) => {
      sessions.length = told = 0;
      newest.clear();
      void arrive().then(() => delivery?.forget(sessionId));
    },
  };
}
