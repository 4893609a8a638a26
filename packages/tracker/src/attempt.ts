/** What `run` returns; `undefined` when it throws. For a page's own callbacks and for storage, neither of which may stop delivery. */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
