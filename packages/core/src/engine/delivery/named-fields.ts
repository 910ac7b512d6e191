import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { JsonObject, Row } from '../../contracts/value.js';
import { keptValue } from './kept-value.js';

/** The values that the mapping used, as it names them: `metadata.plan` for a part of a `json` field. */
export function namedFields(fields: readonly FieldRequest[], row: Row, leftOut?: ReadonlySet<string>): JsonObject {
  const named = fields.map(
    ({ field, path = [] }, index) => [[field, ...path].join('.'), keptValue(row[index] ?? null)] as const,
  );
  return Object.fromEntries(named.filter((_, index) => leftOut?.has(fields[index]?.field ?? '') !== true));
}
