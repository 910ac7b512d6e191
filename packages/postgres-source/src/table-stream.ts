import type { FieldRequest, FieldSchema, StreamSchema } from '@sluice/core/source';
import { streamSchemas } from '@sluice/core/source';
import { identifier, joined, qualified, raw, sql, unmarked, type Sql } from '@sluice/postgres';
import type { FieldDescription, StreamDescription } from './described.js';
import { timeSql, type TimeSql } from './time-sql.js';

/** One field of a stream, and how SQL reads it. */
export interface TableField extends FieldSchema {
  readonly name: string;
  readonly column: string;
  readonly description: FieldDescription;
  /** Its text is that of `PageText`. */
  readonly expression: string;
}

/** A described stream, with its SQL over the alias `r`. */
export interface TableStream {
  readonly name: string;
  readonly schema: StreamSchema;
  readonly description: StreamDescription;
  /** What stands behind FROM, without the alias. */
  readonly relation: string;
  /** What messages call it. */
  readonly what: string;
  readonly fields: ReadonlyMap<string, TableField>;
  /** The columns of the key, quoted. */
  readonly keyColumns: readonly string[];
  /** The key as the engine knows it: the text of its field, or a JSON list of several. */
  readonly key: string;
  readonly created: TimeSql;
  readonly updated: TimeSql | undefined;
  readonly event: TimeSql;
}

export function tableStreams(streams: Readonly<Record<string, StreamDescription>>): ReadonlyMap<string, TableStream> {
  const schemas = streamSchemas(streams);
  return new Map(
    schemas.flatMap((schema): (readonly [string, TableStream])[] => {
      const description = streams[schema.name];
      return description === undefined ? [] : [[schema.name, tableStream(schema, description)]];
    }),
  );
}

function tableStream(schema: StreamSchema, description: StreamDescription): TableStream {
  const described = new Map(Object.entries(description.fields ?? {}));
  const columnOf = (name: string): string => described.get(name)?.column ?? name;
  const timeOf = (name: string): TimeSql => {
    const field = described.get(name) ?? { personal: false };
    const other = field.coalesce;
    return timeSql(columnOf(name), field, other === undefined ? undefined : timeOf(other));
  };
  const expressionOf = (name: string): string => {
    const { type } = schema.fields[name] ?? { type: 'text' };
    if (type === 'timestamp') return timeOf(name).utc;
    const own = valueText(`r.${identifier(columnOf(name))}`, type);
    const { blankIsNull, coalesce: other } = described.get(name) ?? {};
    if (other === undefined) return own;
    // Elsewhere a blank becomes null when its page is read, which is too late for the other field.
    const visible = blankIsNull && type === 'text' ? `CASE WHEN ${own} ~ '[^[:space:]]' THEN ${own} END` : own;
    return `COALESCE(${visible}, ${expressionOf(other)})`;
  };
  const fields = Object.entries(schema.fields).map(([name, field]): readonly [string, TableField] => [
    name,
    {
      ...field,
      name,
      column: columnOf(name),
      description: described.get(name) ?? { personal: false },
      expression: expressionOf(name),
    },
  ]);
  const keyColumns = schema.key.map((name) => `r.${identifier(columnOf(name))}`);
  const [first = 'NULL'] = keyColumns;
  const texts = keyColumns.map((column) => `${column}::text`).join(', ');
  const { table, query, created, updated, event = created } = description;
  const parts = [table ?? []].flat();
  return {
    name: schema.name,
    schema,
    description,
    relation: query === undefined ? qualified(parts) : unmarked(`(\n${query.trim().replace(/;$/, '')}\n)`),
    what: query === undefined ? parts.join('.') : `the query of ${schema.name}`,
    fields: new Map(fields),
    keyColumns,
    key: keyColumns.length === 1 ? `${first}::text` : `json_build_array(${texts})::text`,
    created: timeOf(created),
    updated: updated === undefined ? undefined : timeOf(updated),
    event: timeOf(event),
  };
}

/** A column in the text that `PageText` has for a type. */
function valueText(column: string, type: FieldSchema['type']): string {
  if (type === 'json') return `to_jsonb(${column})`;
  if (type !== 'text[]') return type === 'boolean' ? column : `${column}::text`;
  // A list of another type, or a JSON list, with whatever in it.
  return `CASE WHEN jsonb_typeof(to_jsonb(${column})) = 'array' THEN
    (SELECT COALESCE(json_agg(item.text), '[]') FROM jsonb_array_elements_text(to_jsonb(${column})) AS item (text)
      WHERE item.text IS NOT NULL) END`;
}

/** What a read needs from the database: the requested fields and nothing more. */
export interface Selection {
  readonly fields: readonly TableField[];
  /** The fields' names, with the path below a `json` field. */
  readonly names: readonly string[];
  readonly values: readonly Sql[];
}

export function selectionOf(stream: TableStream, requests: readonly FieldRequest[]): Selection {
  const fields = requests.map(({ field }) => {
    const found = stream.fields.get(field);
    if (found === undefined) throw new Error(`the stream ${stream.name} has no field ${field}`);
    return found;
  });
  return {
    fields,
    names: requests.map(({ field, path = [] }) => [field, ...path].join('.')),
    values: requests.map(({ path = [] }, index) => {
      const { expression = 'NULL', type } = fields[index] ?? {};
      return type === 'json' && path.length > 0
        ? sql`${raw(expression)} #> ${path.map(String)}::text[]`
        : raw(expression);
    }),
  };
}

/** The columns of a statement that reads records, and where they are. */
export function recordColumns(stream: TableStream, { values, fields }: Selection, order: readonly string[] = []) {
  const list = [...values, raw(stream.key), raw(stream.created.utc), ...order.map((each) => raw(`${each}::text`))];
  const { length } = values;
  return {
    list: joined(list, ', '),
    count: list.length,
    key: length,
    createdAt: length + 1,
    others: order.map((_, index) => length + 2 + index),
    blankIsNull: [...values.keys()].filter((index) => fields[index]?.description.blankIsNull),
  };
}
