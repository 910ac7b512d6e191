import type { FieldRequest } from '../../contracts/stream-schema.js';

/** The fields of several lists, each once: the first list as it is, then what only the others have. */
export function unionOfFields(lists: readonly (readonly FieldRequest[])[]): readonly FieldRequest[] {
  const union = new Map<string, FieldRequest>();
  for (const field of lists.flat()) if (!union.has(keyOf(field))) union.set(keyOf(field), field);
  return [...union.values()];
}

/** Where each of the fields is among others; undefined if one is missing. */
export function columnsWithin(
  fields: readonly FieldRequest[],
  others: readonly FieldRequest[],
): readonly number[] | undefined {
  const positions = new Map(others.map((field, column) => [keyOf(field), column]));
  const columns = fields.flatMap((field) => positions.get(keyOf(field)) ?? []);
  return columns.length === fields.length ? columns : undefined;
}

function keyOf({ field, path = [] }: FieldRequest): string {
  return JSON.stringify([field, ...path]);
}
