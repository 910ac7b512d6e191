import { createHmac } from 'node:crypto';
import type { Instant } from '@sluice/core/adapter';

const PREFIX = 'whsec_';
const KEY_BYTES = { min: 24, max: 64 };

/** What is wrong with a signing secret; undefined if nothing is. Quotes nothing of it. */
export function signingSecretProblem(secret: string): string | undefined {
  const { min, max } = KEY_BYTES;
  if (!secret.startsWith(PREFIX)) return `must begin with ${PREFIX}, followed by 24 to 64 bytes in base64`;
  const encoded = secret.slice(PREFIX.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return `must be ${PREFIX} and base64`;
  const { length } = keyOf(secret);
  if (length < min || length > max) return `has ${length} bytes after ${PREFIX}, and must have ${min} to ${max}`;
  return undefined;
}

/**
 * The headers of one attempt by Standard Webhooks 1.0.0: with every secret a signature, so that a receiver can change its
 * secret. The timestamp is that of the attempt.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  id: string,
  body: Buffer,
  { now, secrets }: { readonly now: Instant; readonly secrets: readonly string[] },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
  };
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
