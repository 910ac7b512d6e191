import type { CopiedRows } from '@sluice/postgres';
import type { Sql } from '../sql/sql.js';

/** A row as the database wrote it: one text, or null, per column. */
export type TextRow = readonly (string | null)[];

/** Runs one statement inside a transaction. */
export type Query = (statement: Sql) => Promise<readonly TextRow[]>;

/** Runs one statement inside a transaction and returns its rows in COPY's text format. */
export type Copy = (statement: Sql) => Promise<CopiedRows>;

/** The two ways to read inside a transaction: a few values, and pages of records. */
export interface Statements {
  readonly query: Query;
  readonly copy: Copy;
}
