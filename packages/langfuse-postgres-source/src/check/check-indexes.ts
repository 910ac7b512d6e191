import type { CheckResult } from '@sluice/core/adapter';
import { sql, type SqlQuery } from '@sluice/postgres';

/** A hash serves a lookup by equality; only a btree serves an order. */
const ORDER = ['btree'] as const;
const LOOKUP = ['btree', 'hash'] as const;

const FOLLOWING = 'every window of following reads the whole table';
const BACKFILL = 'every window of a backfill reads the whole table';

/** The indexes that the source needs, by table and first column, with what happens without them. Langfuse creates them. */
const NEEDED = [
  { table: 'traces', column: 'id', methods: LOOKUP, cost: 'each observation and score reads the whole table' },
  { table: 'traces', column: 'created_at', methods: ORDER, cost: FOLLOWING },
  { table: 'traces', column: 'timestamp', methods: ORDER, cost: BACKFILL },
  { table: 'observations', column: 'created_at', methods: ORDER, cost: FOLLOWING },
  { table: 'observations', column: 'start_time', methods: ORDER, cost: BACKFILL },
  { table: 'observations', column: 'trace_id', methods: LOOKUP, cost: 'the sums of each trace read the whole table' },
  { table: 'scores', column: 'created_at', methods: ORDER, cost: FOLLOWING },
  { table: 'scores', column: 'timestamp', methods: ORDER, cost: BACKFILL },
  { table: 'scores', column: 'trace_id', methods: LOOKUP, cost: 'each changed trace reads the whole table' },
  {
    table: 'models',
    column: 'model_name',
    methods: LOOKUP,
    cost: 'the price of each observation reads the whole table',
  },
  { table: 'prompts', column: 'id', methods: LOOKUP, cost: 'the prompt of each observation reads the whole table' },
] as const;

/** A warning for each index that the source needs and that is missing, invalid or partial. */
export async function indexFindings(query: SqlQuery): Promise<readonly CheckResult[]> {
  const tables = [...new Set(NEEDED.map(({ table }) => table))];
  const rows = await query(sql`
    SELECT wanted.name, attribute.attname, method.amname
    FROM unnest(${tables}::text[]) AS wanted (name)
    JOIN pg_catalog.pg_index AS index ON index.indrelid = to_regclass(quote_ident(wanted.name))
    JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
    JOIN pg_catalog.pg_am AS method ON method.oid = class.relam
    JOIN pg_catalog.pg_attribute AS attribute
      ON attribute.attrelid = index.indrelid AND attribute.attnum = index.indkey[0]
    WHERE index.indisvalid AND index.indpred IS NULL`);
  const present = new Set(rows.map((row) => row.join(' ')));
  const missing = NEEDED.filter(
    ({ table, column, methods }) => !methods.some((method) => present.has(`${table} ${column} ${method}`)),
  );
  if (missing.length === 0) {
    return [{ name: 'indexes', outcome: 'good', message: `all ${NEEDED.length} indexes that the source needs exist` }];
  }
  return missing.map(({ table, column, methods, cost }) => ({
    name: `index on ${table}.${column}`,
    outcome: 'warning',
    message: `missing, invalid or partial: ${cost}`,
    fix: `restore Langfuse’s index: CREATE INDEX CONCURRENTLY ON ${table} USING ${methods.at(-1)} ("${column}")`,
  }));
}
