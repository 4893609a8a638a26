/** Why nothing can be tested in this engine on this machine, and how to get it; undefined where it can. */
export function whyNot(name: string): string | undefined;
