/**
 * Values that Mixpanel refuses as `distinct_id` and `$insert_id`, because they stand for nobody. Compared trimmed, in lower
 * case. https://docs.mixpanel.com/reference/import-events#propertiesdistinct_id; `lmy47d`, the build of an Android that
 * gave it to many devices, is refused too, by experience of Langfuse: worker/src/features/mixpanel/transformers.ts.
 */
const INVALID_IDS: ReadonlySet<string> = new Set([
  '-1',
  '0',
  '00000000-0000-0000-0000-000000000000',
  '<nil>',
  '[]',
  'anon',
  'anonymous',
  'false',
  'lmy47d',
  'n/a',
  'na',
  'nil',
  'none',
  'null',
  'true',
  'undefined',
  'unknown',
  '{}',
]);

/** Pure: whether an id belongs to nobody. */
export function isInvalidId(id: string): boolean {
  return id === '' || INVALID_IDS.has(id.trim().toLowerCase());
}
