/** Runs it unless another tab is at it already; where there are no Web Locks, in every tab. Never rejects. */
export function inOneTab(
  locks: Pick<LockManager, 'request'> | undefined,
  name: string,
  run: () => Promise<void>,
): void {
  const done = locks ? locks.request(name, { ifAvailable: true }, (lock) => lock && run()) : run();
  done.catch(() => {});
}
