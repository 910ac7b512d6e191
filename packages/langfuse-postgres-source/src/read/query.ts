import type { Sql } from '../sql/sql.js';

/** A row as the database wrote it: one text, or null, per column. */
export type TextRow = readonly (string | null)[];

/** Runs one statement inside a transaction. */
export type Query = (statement: Sql) => Promise<readonly TextRow[]>;
