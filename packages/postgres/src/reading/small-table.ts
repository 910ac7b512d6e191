import { sql, type Sql } from './sql.js';

/** A table of this size is read in a fraction of a second. */
const COUNTED_BYTES = 64 * 1024 * 1024;

/**
 * Whether counting the rows of a table costs no more than asking the planner, which knows nothing of a table that was filled
 * just now. No row if there is no such table. A table with partitions or children is never small: their rows are in files of
 * their own.
 */
export function isSmallTableQuery(relation: string): Sql {
  return sql`
SELECT NOT class.relhassubclass AND pg_relation_size(class.oid) <= ${COUNTED_BYTES}
FROM pg_catalog.pg_class AS class WHERE class.oid = to_regclass(${relation})`;
}
