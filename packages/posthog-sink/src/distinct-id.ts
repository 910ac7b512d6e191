import { createHash } from 'node:crypto';

/** PostHog's v1 drops longer ids, and v0 cuts them, which merges users. In bytes of UTF-8. */
const MAX_BYTES = 200;
const HASHED_PREFIX = 'sha256:';

/** White space as Rust's `trim` has it: JavaScript's, and U+0085. */
const OUTER_SPACE = /^[\s\u0085]+|[\s\u0085]+$/gu;
const ILL_FORMED = /[\0\p{Cs}]/u;

/**
 * Ids that PostHog's v1 drops as malformed, and that v0 would let everybody share. Compared in lower case, trimmed.
 * Source: PostHog, `rust/capture`, the list of illegal distinct ids.
 */
const ILLEGAL = new Set([
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
 * The distinct id to send for a mapped one, the same under both protocols, or undefined when it stands for nobody. An
 * id that cannot be sent as it is becomes a prefix and its hash: never cut, so that two users never become one.
 */
export function distinctIdOf(text: string): string | undefined {
  const trimmed = text.replace(OUTER_SPACE, '');
  if (trimmed === '' || ILLEGAL.has(trimmed.toLowerCase())) return undefined;
  const isTooLong = trimmed.length > MAX_BYTES || Buffer.byteLength(trimmed) > MAX_BYTES;
  return isTooLong || ILL_FORMED.test(trimmed) ? hashed(trimmed) : trimmed;
}

/** Of the UTF-16 units: in UTF-8 all lone surrogates would be the same. */
function hashed(text: string): string {
  return HASHED_PREFIX + createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
}
