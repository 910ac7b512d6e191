import type { parquetWriteBuffer } from 'hyparquet-writer';
import type { EventColumn } from './event-columns.js';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

/** How a value is stored: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
const STORED = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
} as const satisfies Readonly<Record<string, Omit<SchemaElement, 'name'>>>;

/** Pure: the schema of a file: `event`, `uuid`, the columns, `extra` and `exported_at`. */
export function parquetSchema(columns: readonly EventColumn[]): readonly SchemaElement[] {
  return [
    { name: 'events', num_children: columns.length + 4 },
    { name: 'event', repetition_type: 'REQUIRED', ...STORED.text },
    { name: 'uuid', repetition_type: 'REQUIRED', ...STORED.text },
    ...columns.flatMap(elementsOf),
    { name: 'extra', repetition_type: 'OPTIONAL', ...STORED.json },
    { name: 'exported_at', repetition_type: 'REQUIRED', ...STORED.timestamp },
  ];
}

/** Every column may be null: another kind of event may not have it. */
function elementsOf({ name, type }: EventColumn): readonly SchemaElement[] {
  if (type !== 'text[]') return [{ name, repetition_type: 'OPTIONAL', ...STORED[type] }];
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', ...STORED.text },
  ];
}
