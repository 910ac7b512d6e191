import { createHash } from 'node:crypto';
import { Secret, type Identity } from '@sluice/core/adapter';
import { secretsOf, shownUrl, type HttpTarget } from './http-request.js';
import { secretTexts, type SecretValue } from './secret-value.js';

interface IdentifiedPeer {
  /** For people. */
  readonly name: string;
  /** Of the adapter. */
  readonly type: string;
  readonly target: HttpTarget;
  /** What distinguishes the account at the address. Default: a hash of the secrets. */
  readonly account?: string | undefined;
  /** Secrets of the requests' bodies. */
  readonly others?: SecretValue;
}

/** Pure: what an HTTP adapter talks to. */
export function identityOf({ name, type, target, account, others = null }: IdentifiedPeer): Identity {
  const at = shownUrl(target);
  if (account !== undefined) {
    return { description: `${name} at ${at}, ${account}`, fingerprint: `${type} ${at} ${account}` };
  }
  const address = target.url instanceof Secret ? [target.url.reveal()] : [];
  const secrets = [...address, ...secretsOf(target), ...secretTexts(others)];
  if (secrets.length === 0) return { description: `${name} at ${at}`, fingerprint: `${type} ${at}` };
  const hash = createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
  return {
    description: `${name} at ${at}, credentials with hash ${hash.slice(0, 8)}`,
    fingerprint: `${type} ${at} ${hash}`,
  };
}
