import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { langfuseRecords } from '@sluice/langfuse-records';
import type { FieldSchema, StreamSchema } from '@sluice/core/source';
import { markdownTable } from '@sluice/yaml-mapper';
import { expectWrittenPart } from './written-page.js';

const VERSIONS: Readonly<Record<string, readonly StreamSchema[]>> = {
  v2: langfusePostgresSource.streams,
  'v3, v4': langfuseClickHouseSource.streams,
};

/** The versions of Langfuse of whose field something is true. */
function versionsWhere(stream: string, field: string, is: (schema: FieldSchema) => boolean): readonly string[] {
  const found = Object.entries(VERSIONS).filter(([, streams]) => {
    const schema = streams.find(({ name }) => name === stream)?.fields[field];
    return schema !== undefined && is(schema);
  });
  return found.map(([version]) => version);
}

describe('docs/langfuse-fields.md', () => {
  it('tells of every field its type, unit, nullability and meaning, and the versions that lack it', () => {
    const tables = Object.entries(langfuseRecords).map(([name, { doc, fields }]) => {
      const rows = Object.entries<FieldSchema>(fields).map(([field, { type, unit, nullable, doc: meaning }]) => {
        const lacking = versionsWhere(name, field, ({ absent }) => absent !== undefined).join(', ');
        const nulls = versionsWhere(name, field, (schema) => schema.nullable).join(', ') || 'no';
        return [`\`${field}\``, type, unit ?? '', nullable || lacking !== '' ? 'yes' : nulls, meaning, lacking];
      });
      return `## ${name}\n\n${doc}\n\n${markdownTable([['field', 'type', 'unit', 'null', 'meaning', 'not in'], ...rows])}`;
    });
    expectWrittenPart('docs/langfuse-fields.md', 'fields', tables.join('\n'));
  });
});
