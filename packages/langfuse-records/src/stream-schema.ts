import type { FieldSchema, StreamSchema } from '@sluice/core/source';
import { langfuseRecords, type RecordKind, type LangfuseField, type LangfuseStreamName } from './langfuse-records.js';

/** What is different about a field in one source. */
export type Difference = Partial<Pick<FieldSchema, 'absent' | 'doc' | 'nullable'>>;

/** The differences of every field of a stream, so that a source leaves none out. */
export type Differences<Name extends LangfuseStreamName> = Readonly<Record<LangfuseField<Name>, Difference>>;

/** A stream as one source gives it. An absent field may be null, whatever the others say. */
export function streamSchema<Name extends LangfuseStreamName>(
  name: Name,
  key: readonly string[],
  differences: Differences<Name>,
): StreamSchema {
  const { doc, contains, fields }: RecordKind = langfuseRecords[name];
  const different: Readonly<Record<string, Difference | undefined>> = differences;
  return {
    name,
    doc,
    key,
    ...(contains && { contains }),
    fields: Object.fromEntries(
      Object.entries(fields).map(([field, schema]) => [field, changed(schema, different[field])]),
    ),
  };
}

function changed(schema: FieldSchema, { absent, doc = schema.doc, nullable = schema.nullable }: Difference = {}) {
  return absent === undefined ? { ...schema, doc, nullable } : { ...schema, doc, nullable: true, absent };
}
