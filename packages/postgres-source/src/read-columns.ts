import { literal, marked, raw, sql, type SqlQuery } from '@sluice/postgres';
import type { TableStream } from './table-stream.js';

/** A column of a table or a query, as the database has it. */
export interface ColumnFacts {
  readonly name: string;
  /** The type as SQL names it, of a domain the one below it: `timestamp with time zone`. */
  readonly type: string;
  /** Whether it may be null; of a view or a query, undefined. */
  readonly nullable: boolean | undefined;
  readonly comment: string | undefined;
  readonly isReadable: boolean;
}

/** What a stream reads from, as the database has it. */
export interface RelationFacts {
  /** A view may be materialized or a foreign table. Undefined for a query. */
  readonly kind: 'table' | 'partitioned table' | 'view' | undefined;
  readonly comment: string | undefined;
  readonly columns: readonly ColumnFacts[];
  /** Of the primary key, in its order. */
  readonly primaryKey: readonly string[];
}

/** The name of the type; of a domain, or a domain of a domain, that of the type below. */
const TYPE_BELOW = `(
  WITH RECURSIVE below AS (
    SELECT type.oid, type.typbasetype
    UNION ALL
    SELECT base.oid, base.typbasetype FROM below JOIN pg_catalog.pg_type AS base ON base.oid = below.typbasetype)
  SELECT format_type(below.oid, NULL) FROM below WHERE below.typbasetype = 0)`;

/** The facts of a stream's relation; undefined if there is no such table. A query is not run: its columns must be named. */
export async function readRelation(query: SqlQuery, stream: TableStream): Promise<RelationFacts | undefined> {
  return stream.description.query === undefined ? readTable(query, stream) : readQuery(query, stream);
}

async function readTable(query: SqlQuery, { relation }: TableStream): Promise<RelationFacts | undefined> {
  const [found] = await query(sql`
    SELECT class.oid, class.relkind, obj_description(class.oid, 'pg_class'), array_to_json(ARRAY(
      SELECT attribute.attname FROM pg_catalog.pg_index AS index
      CROSS JOIN LATERAL unnest(index.indkey) WITH ORDINALITY AS part (number, place)
      JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum = part.number
      WHERE index.indrelid = class.oid AND index.indisprimary AND part.place <= index.indnkeyatts
      ORDER BY part.place))
    FROM pg_catalog.pg_class AS class WHERE class.oid = to_regclass(${raw(literal(marked(relation)))})`);
  if (found === undefined) return undefined;
  const [oid, letter, comment, primaryKey] = found;
  const kind = letter === 'r' ? 'table' : letter === 'p' ? 'partitioned table' : 'view';
  const rows = await query(sql`
    SELECT attribute.attname, ${raw(TYPE_BELOW)},
      NOT (attribute.attnotnull OR type.typnotnull), col_description(attribute.attrelid, attribute.attnum),
      has_column_privilege(attribute.attrelid, attribute.attnum, 'SELECT')
    FROM pg_catalog.pg_attribute AS attribute
    JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
    WHERE attribute.attrelid = ${Number(oid)}::oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
    ORDER BY attribute.attnum`);
  return {
    kind,
    comment: comment ?? undefined,
    primaryKey: JSON.parse(primaryKey ?? '[]'),
    columns: rows.map(([name, type, nullable, about, isReadable]) => ({
      name: name ?? '',
      type: type ?? '',
      nullable: kind === 'view' ? undefined : nullable === 't',
      comment: about ?? undefined,
      isReadable: isReadable === 't',
    })),
  };
}

/** The binding makes the server take one statement only. */
async function readQuery(query: SqlQuery, { relation, fields }: TableStream): Promise<RelationFacts> {
  const columns = [...new Set([...fields.values()].map(({ column }) => column))];
  const typed = columns.map((_, index) => `pg_typeof(r.column${index})::oid`).join(', ');
  const named = columns.map((column, index) => `r."${column.replaceAll('"', '""')}" AS column${index}`).join(', ');
  if (columns.length === 0) return { kind: undefined, comment: undefined, columns: [], primaryKey: [] };
  const rows = await query(sql`
    SELECT ${raw(TYPE_BELOW)}
    FROM (SELECT 1 AS one WHERE ${1}::integer = 1) AS one
    LEFT JOIN (SELECT ${raw(named)} FROM ${raw(relation)} AS r) AS r ON false
    CROSS JOIN LATERAL unnest(ARRAY[${raw(typed)}]) WITH ORDINALITY AS part (id, place)
    JOIN pg_catalog.pg_type AS type ON type.oid = part.id ORDER BY part.place`);
  return {
    kind: undefined,
    comment: undefined,
    primaryKey: [],
    columns: rows.map(([type], index) => ({
      name: columns[index] ?? '',
      type: type ?? '',
      nullable: undefined,
      comment: undefined,
      isReadable: true,
    })),
  };
}
