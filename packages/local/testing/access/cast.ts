import { createHash, createHmac } from 'node:crypto';

/**
 * Who asks. The order is that of the expectations.
 *
 * - `anon`      nobody in particular
 * - `token`     anon too, but with a viewer token that Ana's platform signed for its student Vic; counts in functions
 * - `newcomer`  signed in and unknown: no student, no creator
 * - `sam`       a student in Ana's courses, who also watched a video of Ben's
 * - `tom`       a student in Ben's course
 * - `ana` `ben` two creators
 * - `service`   the operator's server, which no policy binds
 */
export const CALLERS = ['anon', 'token', 'newcomer', 'sam', 'tom', 'ana', 'ben', 'service'] as const;
export type Caller = (typeof CALLERS)[number];

/** Whose a row is shows in its ids: each begins with the eight digits of its owner. */
export const OWNERS = {
  ana: 'aaaaaaaa',
  ben: 'bbbbbbbb',
  sam: '5a5a5a5a',
  tom: '70707070',
  vic: 'cccccccc',
  kim: 'dddddddd',
  newcomer: 'eeeeeeee',
} as const;

/** What signs Vic's token; the fixture gives it to Ana's platform. */
const SECRET = 'a secret of at least thirty-two bytes';

/** Role and claims, as PostgREST sets them for a request of the caller. */
export function requestOf(caller: Caller): { role: string; claims: string } {
  if (caller === 'anon' || caller === 'token') return { role: 'anon', claims: '{"role":"anon"}' };
  if (caller === 'service') return { role: 'service_role', claims: '{"role":"service_role"}' };
  const claims = { role: 'authenticated', sub: idOf(`${caller} user`), aud: 'authenticated' };
  return { role: 'authenticated', claims: JSON.stringify(claims) };
}

/** What names stood for so far, by id. */
export const NAMES: Record<string, string> = {};

/** A fixed uuid for a name such as `ana public`; its first word is the owner. */
export function idOf(name: string): string {
  const [owner = ''] = name.split(' ');
  const prefix = (OWNERS as Record<string, string>)[owner] ?? '99999999';
  const hash = createHash('md5').update(name).digest('hex');
  const id = `${prefix}-${hash.slice(0, 4)}-4${hash.slice(4, 7)}-8${hash.slice(7, 10)}-${hash.slice(10, 22)}`;
  NAMES[id] = name;
  return id;
}

/**
 * Puts ids, secrets and tokens where a text names them: `'{ana public}'`, `{token}`.
 *
 * @param caller whose token; without one, `{token}` is null.
 */
export function fillIn(sql: string, caller?: Caller): string {
  return sql
    .replaceAll('{token}', caller === 'token' ? `'${tokenOfVic()}'` : 'null')
    .replaceAll('{token of vic}', () => `'${tokenOfVic()}'`)
    .replaceAll('{session of sam}', `md5('${idOf('ana enrolled')}${idOf('sam')}')::uuid`)
    .replaceAll('{secret}', SECRET)
    .replaceAll(/\{((?:ana|ben|sam|tom|vic|kim|newcomer|nobody)[a-z0-9 ]*)\}/g, (_, name: string) => idOf(name));
}

function tokenOfVic(): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const message = `${encode({ alg: 'HS256', kid: 'one' })}.${encode({ sub: 'vic', exp, course: idOf('ana closed') })}`;
  return `${message}.${createHmac('sha256', SECRET).update(message).digest('base64url')}`;
}
