import type { Page } from '@playwright/test';

/** What a page's policy has to allow for one provider: directive -> sources, both in order. */
export type PolicyNeeds = ReadonlyMap<string, readonly string[]>;

/** Allows nothing and stops nothing: the browser then says what would have been stopped, which is what is needed. */
export const OBSERVING = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** What the browser tells of one thing that a policy does not allow. */
export interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly sample: string;
}

/** Policies are asked for by name; nothing else of Trusted Types could be allowed. */
const POLICY = 'trusted-types-policy';
/** How a browser tells of what the page itself made. */
const BLOB = 'blob';
/** The player tries whether text may become markup, which is told by the sink it tries; it needs nothing. */
const PROBE = 'Range createContextualFragment|';
/** The browser's own idea, for its tab. */
const ICON = '/favicon.ico';

/** Begins to write down what the page's policy stops, or would. Before the page is opened. */
export async function watchViolations(page: Page): Promise<() => Promise<readonly Violation[]>> {
  await page.addInitScript(() => {
    const violations: Violation[] = [];
    Object.assign(globalThis, { violations });
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      violations.push({ directive: effectiveDirective, blocked: blockedURI, sample });
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { violations: Violation[] }).violations);
}

/**
 * Violations as what would have to be allowed.
 *
 * @param names origin -> what it is called in a policy that is to be read.
 * @throws Error for what no list of sources can allow: inline code, `eval`, text given to a sink.
 */
export function readNeeds(violations: readonly Violation[], names: ReadonlyMap<string, string>): PolicyNeeds {
  const needs = new Map<string, string[]>();
  const told = violations.filter(({ blocked, sample }) => !blocked.endsWith(ICON) && !sample.startsWith(PROBE));
  for (const violation of told) {
    const directive = violation.directive.replace(/-(?:elem|attr)$/, '');
    const sources = needs.get(directive) ?? [];
    const source = readSource(violation, names);
    if (!sources.includes(source)) sources.push(source);
    else if (source === violation.sample) sources.push("'allow-duplicates'");
    needs.set(directive, [...new Set(sources)]);
  }
  return new Map([...needs].map(([directive, sources]) => [directive, sources.toSorted()]));
}

function readSource({ directive, blocked, sample }: Violation, names: ReadonlyMap<string, string>): string {
  if (blocked === POLICY) return sample;
  if (blocked === BLOB) return 'blob:';
  if (!URL.canParse(blocked)) throw new Error(`${directive} would have to allow ${blocked}: ${sample}`);
  const { origin } = new URL(blocked);
  return names.get(origin) ?? origin;
}

/** The header that allows exactly this, and nothing else. */
export function writePolicy(needs: PolicyNeeds, origins: ReadonlyMap<string, string>): string {
  const lines = [...needs].map(([directive, sources]) => {
    const written = sources.map((source) => origins.get(source) ?? source);
    return `${directive} ${written.join(' ')}`;
  });
  const types = needs.has('trusted-types') ? [] : ["trusted-types 'none'"];
  return ["default-src 'none'", "require-trusted-types-for 'script'", ...types, ...lines].join('; ');
}
