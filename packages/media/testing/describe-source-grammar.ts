import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaSource } from '../src/provider.ts';

/** What one provider's grammar claims. */
export interface SourceGrammar {
  /** The export's name, for the report. */
  readonly name: string;
  readonly parse: (src: string) => MediaSource | null;
  /** Every possible id. */
  readonly ids: fc.Arbitrary<string>;
  /** Every known way to write an id. */
  readonly shapes: readonly ((id: string) => string)[];
  /** What is refused, each with the reason as its key. */
  readonly refused: Readonly<Record<string, string>>;
}

const RUNS = { numRuns: 100 };
const FRAGMENTS = fc.constantFrom('', '#t=10', '#t=10,60', '#t=,60', '#t=npt:0:10', '#t=1m30s', '#other');
const ANYTHING = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
);
const FOREIGN_SCHEMES = ['javascript:', 'data:', 'ftp:', 'file:'];

/** The rules every grammar keeps. A provider's own test adds its table of addresses. */
export function describeSourceGrammar(grammar: SourceGrammar): void {
  const { name, parse, refused } = grammar;
  const addresses = addressesOf(grammar);
  const webAddresses = addresses.filter(isWebAddress);

  describe(`${name}, as a grammar`, () => {
    it('reads the id from every known shape', () => {
      always(addresses, ({ id, src }) => expect(parse(src)?.id).toBe(id));
    });

    it('gives a canonical address that parses to the same source', () => {
      always(fc.tuple(addresses, FRAGMENTS), ([{ src }, fragment]) => {
        const source = parse(src + fragment);
        expect(source).not.toBeNull();
        expect(parse(source?.url ?? '')).toEqual(source);
      });
    });

    it('reads a media fragment on every shape', () => {
      always(addresses, ({ src }) => {
        expect(parse(`${src}#t=10.5,60`)).toMatchObject({ startTime: 10.5, endTime: 60 });
      });
    });

    it('never throws, and what it accepts stays accepted', () => {
      always(ANYTHING, (src) => expect(isStable(parse, src)).toBe(true));
    });

    it('accepts no credentials and no other scheme', () => {
      always(fc.tuple(webAddresses, fc.domain()), ([{ src }, evil]) => {
        const { host, protocol } = new URL(src);
        expect(parse(src.replace(host, `user:pass@${host}`))).toBeNull();
        expect(parse(src.replace(host, `${host}@${evil}`))).toBeNull();
        for (const scheme of FOREIGN_SCHEMES) expect(parse(src.replace(protocol, scheme))).toBeNull();
      });
    });

    it('refuses an address of more than 2048 characters', () => {
      always(addresses, ({ src }) => expect(parse(src + '#'.padEnd(2049, 'x'))).toBeNull());
    });

    it.each(Object.entries(refused))('refuses %s', (_reason, src) => expect(parse(src)).toBeNull());
  });
}

/** The rules of a vendor with hosts and ids of its own, beside those that every grammar keeps. */
export function describeVendorGrammar(grammar: SourceGrammar): void {
  describeSourceGrammar(grammar);
  const { name, parse, ids, shapes } = grammar;
  const webAddresses = addressesOf(grammar).filter(isWebAddress);

  describe(`${name}, as a vendor's grammar`, () => {
    it('gives equal sources for every shape of one id', () => {
      always(ids, (id) => expect(new Set(shapes.map((shape) => parse(shape(id))?.url)).size).toBe(1));
    });

    it('accepts no other host or port', () => {
      always(fc.tuple(webAddresses, fc.domain()), ([{ src }, evil]) => {
        const { host } = new URL(src);
        const disguises = [`${host}.${evil}`, evil, `${evil}-${host}`.replaceAll('.', '-'), `${host}:8443`, `${host}.`];
        for (const disguise of disguises) expect(parse(src.replace(host, disguise))).toBeNull();
      });
    });
  });
}

interface Address {
  readonly id: string;
  readonly src: string;
}

function addressesOf({ ids, shapes }: SourceGrammar): fc.Arbitrary<Address> {
  return fc.tuple(ids, fc.constantFrom(...shapes)).map(([id, shape]) => ({ id, src: shape(id) }));
}

function isWebAddress({ src }: Address): boolean {
  return /^https?:/.test(src);
}

function always<T>(arbitrary: fc.Arbitrary<T>, rule: (value: T) => void): void {
  // A block, because fast-check takes what a property returns for its verdict, and an assertion returns itself.
  const property = fc.property(arbitrary, (value) => {
    rule(value);
  });
  expect(() => fc.assert(property, RUNS)).not.toThrow();
}

/** Is a source's canonical address, if there is one, the same source again? */
export function isStable(parse: SourceGrammar['parse'], src: string): boolean {
  const source = parse(src);
  return source === null || JSON.stringify(parse(source.url)) === JSON.stringify(source);
}
