import type { PlayerErrorCode } from './player-errors.ts';

/** What embeds call their failures, in our words. Numbers are YouTube's, names Vimeo's. */
export const EMBED_FAILURES: Readonly<Record<string | number, PlayerErrorCode>> = {
  'script-blocked': 'embed-blocked',
  'csp-unsupported': 'csp-unsupported',
  'embed-silent': 'embed-silent',
  NotFoundError: 'embed-removed',
  PrivacyError: 'embed-forbidden',
  'wistia-refused': 'embed-removed',
  2: 'embed-invalid',
  5: 'embed-broken',
  100: 'embed-removed',
  101: 'embed-forbidden',
  150: 'embed-forbidden',
  151: 'embed-elsewhere',
  152: 'embed-elsewhere',
  153: 'embed-referrer',
};
