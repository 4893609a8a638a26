import type { Delivery, DeliverySession } from './delivery.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Stands in for a delivery that is still on its way over the network, so that watching counts from the first moment and
 * a page that never opens a session never loads one. Remembers the newest word of every session and hands it over: a
 * snapshot says everything, so nothing older is missed.
 */
export function createLateDelivery(load: () => Promise<Delivery>): Delivery {
  const sessions: DeliverySession[] = [];
  const newest = new Map<string, Snapshot>();
  let delivery: Delivery | undefined;
  const remember = (snapshot: Snapshot): void => void newest.set(snapshot.sessionId, snapshot);
  const arrival = load().then(
    (loaded) => {
      delivery = loaded;
      for (const session of sessions) loaded.join(session);
      for (const snapshot of newest.values()) loaded.post(snapshot);
    },
    (error) => {
      for (const { onError } of sessions)
        onError({ code: 'missing', message: `Delivery could not be loaded: ${error}` });
    },
  );
  return {
    join: (session) => (delivery ? delivery.join(session) : void sessions.push(session)),
    keep: (snapshot) => (delivery ? delivery.keep(snapshot) : remember(snapshot)),
    post: (snapshot) => (delivery ? delivery.post(snapshot) : remember(snapshot)),
    leave: (snapshots) => delivery?.leave(snapshots),
    flush: () => arrival.then(() => delivery?.flush()),
    close: () => delivery?.close(),
  };
}
