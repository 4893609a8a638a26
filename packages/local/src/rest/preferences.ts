/** What the `Prefer` header asks for. Parts unknown here are ignored, as `handling=lenient` says. */
export interface Preferences {
  /** `representation` answers the written rows; the others answer no body. */
  return: 'representation' | 'minimal' | 'headers-only';
  /** Any kind of count is answered exactly: a development database is small. */
  count: boolean;
  resolution: 'merge-duplicates' | 'ignore-duplicates' | undefined;
  /** `default`: keys missing from a row take the column's default instead of null. */
  missing: 'default' | 'null';
  /** The parts that were followed, for `Preference-Applied`. */
  applied: readonly string[];
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  return: ['representation', 'minimal', 'headers-only'],
  count: ['exact', 'planned', 'estimated'],
  resolution: ['merge-duplicates', 'ignore-duplicates'],
  missing: ['default', 'null'],
};

/** Reads `Prefer: return=representation, count=exact`; of a repeated preference the first counts. */
export function parsePreferences(header: string | null): Preferences {
  const found = new Map<string, string>();
  for (const part of (header ?? '').split(',')) {
    const [name = '', value = ''] = part.trim().split('=');
    if (KNOWN[name]?.includes(value) === true && !found.has(name)) found.set(name, value);
  }
  return {
    return: (found.get('return') ?? 'minimal') as Preferences['return'],
    count: found.has('count'),
    resolution: found.get('resolution') as Preferences['resolution'],
    missing: (found.get('missing') ?? 'null') as Preferences['missing'],
    applied: Array.from(found, ([name, value]) => `${name}=${value}`),
  };
}
