/**
 * A replacer for `JSON.stringify`: what a checked mapping means, without where it is written and how it is documented.
 * Two parts with the same meaning have the same text.
 */
export function meaningOf(key: string, value: unknown): unknown {
  if (key === 'span' || key === 'text' || key === 'doc') return undefined;
  // Values that the mapping gives are kept as they are, whatever the names of their keys.
  if (key === 'table') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return value;
  if ((key === 'stream' || key === 'definition') && 'name' in value) return value.name;
  const isGiven = 'kind' in value && 'value' in value && (value.kind === 'literal' || value.kind === 'param');
  return isGiven ? { ...value, value: JSON.stringify(value.value) } : value;
}
