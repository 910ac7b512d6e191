import type { CheckResult } from '@sluice/core/adapter';
import { marked, raw, sql, type SqlQuery } from '@sluice/postgres';
import type { TableStream } from '../table-stream.js';

/** How many of the newest records are looked at: a short scan of the index on the creation time. */
const SAMPLE = 10_000;

/** Whether the key identifies a record: by a unique index, or else among the newest records. */
export async function keyFinding(query: SqlQuery, stream: TableStream): Promise<CheckResult> {
  const name = `key of ${stream.name}`;
  const key = stream.schema.key.join(', ');
  if (await isUnique(query, stream)) return { name, outcome: 'good', message: `${key} is unique in the database` };
  const [row] = await query(sql`
    SELECT count(*) - count(DISTINCT sample.key), count(*) - count(sample.key), count(*) FROM (
      SELECT ${raw(stream.keyColumns.map((column) => `NULLIF(${column}::text, NULL)`).join(" || ' ' || "))} AS key
      FROM ${raw(stream.relation)} AS r ORDER BY ${raw(stream.created.order)} DESC LIMIT ${SAMPLE}) AS sample`);
  const [repeated, nulls, count] = (row ?? []).map(Number);
  const of = `of the newest ${count} records`;
  if (nulls !== undefined && nulls > 0) {
    const message = `${nulls} ${of} have a null in the key ${key}: they can be missed`;
    return { name, outcome: 'warning', message, fix: 'name columns as `key` that are never null' };
  }
  const message =
    repeated !== undefined && repeated > 0
      ? `${repeated} ${of} repeat the key ${key}: the destination keeps one event for each key`
      : `no unique index guarantees that ${key} identifies a record; ${of}, none repeats it`;
  return {
    name,
    outcome: 'warning',
    message,
    fix: 'name the columns of the primary key as `key`, or create a unique index',
  };
}

/** An index does not hold the rows of a table's children, and may tell texts apart that are equal to the column. */
async function isUnique(query: SqlQuery, stream: TableStream): Promise<boolean> {
  if (stream.description.query !== undefined) return false;
  const columns = stream.schema.key.map((each) => stream.fields.get(each)?.column ?? each);
  const [row] = await query(sql`
    SELECT EXISTS (
      SELECT FROM pg_catalog.pg_index AS index
      JOIN pg_catalog.pg_class AS class ON class.oid = index.indrelid
      WHERE index.indrelid = to_regclass(${marked(stream.relation)}) AND NOT (class.relkind = 'r' AND class.relhassubclass)
        AND index.indisunique AND index.indisvalid AND index.indpred IS NULL AND index.indexprs IS NULL
        AND (SELECT bool_and(attribute.attname = ANY (${columns}::text[])
            AND (attribute.attcollation = part.comparison OR columns.collisdeterministic))
          FROM unnest(index.indkey[0:index.indnkeyatts - 1], index.indcollation::oid[]) AS part (number, comparison)
          JOIN pg_catalog.pg_attribute AS attribute
            ON attribute.attrelid = index.indrelid AND attribute.attnum = part.number
          LEFT JOIN pg_catalog.pg_collation AS columns ON columns.oid = attribute.attcollation))`);
  return row?.[0] === 't';
}
