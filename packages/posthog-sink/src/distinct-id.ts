import { createHash } from 'node:crypto';

/** In bytes of UTF-8. PostHog's v1 drops longer ids, and v0 cuts them, which merges users. */
export const MAX_ID_BYTES = 200;
const HASHED_PREFIX = 'sha256:';

/** The white space that Rust's `trim` removes: JavaScript's, and U+0085. */
const OUTER_SPACE = /^[\s\u0085]+|[\s\u0085]+$/gu;
const ILL_FORMED = /[\0\p{Cs}]/u;

/**
 * Ids that many users would share on v0. PostHog's v1 stores their events without a person, and dropped them until
 * https://github.com/PostHog/posthog/pull/60352. Compared trimmed, in lower case. Source: PostHog, `rust/capture`, the list
 * of illegal distinct ids.
 */
export const ILLEGAL_IDS = new Set([
  '0',
  '00000000-0000-0000-0000-000000000000',
  '[object object]',
  'anonymous',
  'anonymous-user',
  'backend',
  'distinct_id',
  'distinctid',
  'email',
  'false',
  'guest',
  'id',
  'nan',
  'none',
  'not_authenticated',
  'null',
  'system',
  'true',
  'undefined',
  'user',
]);

/**
 * The distinct id to send for a mapped one, the same on both protocols; undefined when it belongs to nobody. An id that
 * cannot be sent becomes a prefix and its hash. No id is cut: two users would become one.
 */
export function distinctIdOf(text: string): string | undefined {
  const trimmed = text.replace(OUTER_SPACE, '');
  if (trimmed === '' || ILLEGAL_IDS.has(trimmed.toLowerCase())) return undefined;
  const isTooLong = trimmed.length > MAX_ID_BYTES || Buffer.byteLength(trimmed) > MAX_ID_BYTES;
  return isTooLong || ILL_FORMED.test(trimmed) ? hashed(trimmed) : trimmed;
}

/** Hashes UTF-16 units: in UTF-8, all lone surrogates would be the same. */
function hashed(text: string): string {
  return HASHED_PREFIX + createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
}
