import type { CopiedRows } from '../copy-out.js';
import type { Sql } from './sql.js';

/** A row as the database wrote it: one text, or null, per column. */
export type TextRow = readonly (string | null)[];

/** Runs one statement inside a transaction. */
export type SqlQuery = (statement: Sql) => Promise<readonly TextRow[]>;

/** Runs one statement inside a transaction and returns its rows in COPY's text format. */
export type SqlCopy = (statement: Sql) => Promise<CopiedRows>;

/** The two ways to read inside a transaction: a few values, and pages of records. */
export interface Statements {
  readonly query: SqlQuery;
  readonly copy: SqlCopy;
}
