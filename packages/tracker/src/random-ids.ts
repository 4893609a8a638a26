/** `length` random bytes as lower-case hex, two digits each. */
export function createHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A version 4 uuid. Not by `crypto.randomUUID`, which is missing on pages served over plain http. */
export function createUuid(): string {
  return createHex(16).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, '$1-$2-4$3-a$4-$5');
}
