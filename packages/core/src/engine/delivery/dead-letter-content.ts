import type { DeadLetter } from '../../contracts/dead-letter.js';
import type { MappedEvent } from '../../contracts/event.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { JsonObject, Row } from '../../contracts/value.js';

/** The fields of a dead letter that hold what the record contained. */
export type DeadLetterContent = Pick<DeadLetter, 'record' | 'event'>;

/**
 * What a dead letter keeps of a record and of the event that was rejected. `leftOut`: by stream, the fields to leave out;
 * with it, events are left out as well.
 */
export function deadLetterContent(
  { stream, fields }: StreamMapper,
  row: Row,
  event: MappedEvent | undefined,
  leftOut: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): DeadLetterContent {
  return {
    ...(fields.length === 0 ? {} : { record: namedFields(fields, row, leftOut?.get(stream)) }),
    ...(event && !leftOut ? { event } : {}),
  };
}

/** The values that the mapping used, as it names them: `metadata.plan` for a part of a `json` field. */
function namedFields(fields: readonly FieldRequest[], row: Row, leftOut?: ReadonlySet<string>): JsonObject {
  const named = fields.map(({ field, path = [] }, index) => [[field, ...path].join('.'), row[index] ?? null] as const);
  return Object.fromEntries(named.filter((_, index) => leftOut?.has(fields[index]?.field ?? '') !== true));
}
