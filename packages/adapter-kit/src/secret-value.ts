import { Secret } from '@sluice/core/adapter';

const MASK = '***';
/** Shorter texts occur in other words too. */
const MIN_LENGTH = 4;

/** Values that may hold secrets, such as headers and the fields of a body. */
export type SecretValue =
  Secret | null | boolean | number | string | readonly SecretValue[] | { readonly [name: string]: SecretValue };

/** Whether secrets are written as they are or masked. */
export type Reveal = (secret: Secret) => string;

export const revealed: Reveal = (secret) => secret.reveal();
export const masked: Reveal = () => MASK;

/** Pure: the text of every secret in a value. */
export function secretTexts(value: SecretValue): readonly string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretTexts);
}

/** Masks secrets in texts from outside, also percent-encoded. */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .filter((secret) => secret.length >= MIN_LENGTH)
    .toSorted((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}
