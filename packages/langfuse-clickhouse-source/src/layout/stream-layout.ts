import type { FieldSchema, StreamSchema } from '@sluice/core/source';
import type { LangfuseStreamName } from '@sluice/langfuse-records';
import type { FieldReading, Join } from '../fields/field-reading.js';
import type { Sql } from '../sql/sql.js';
import type { TimeRange } from '../sql/times.js';

/** A field of a stream, and how SQL reads it. */
export interface SourceField extends FieldSchema, Omit<FieldReading, 'doc' | 'nullable'> {}

/** Which records a relation has, and which of their columns. */
export interface RelationRequest {
  /** A list or a sub-query of (project, id). */
  readonly keys: Sql;
  /** The event times among which rows of the records are looked for; absent: all. */
  readonly range: TimeRange | undefined;
  readonly columns: readonly string[];
}

/** Rows from which records take values: a record belongs to a window because one of them is new or changed. */
export interface Cause {
  readonly table: string;
  /** The column of the cause's event time. */
  readonly happened: string;
  /** The column of the cause that names what it has in common with the record, and that of the record. */
  readonly key: string;
  readonly recordKey: string;
  /** Whether that is the record's own id: then its causes are all that leads to a record. */
  readonly isRecord: boolean;
}

/** Where the records of a stream are, and how to read them. */
export interface StreamLayout {
  readonly name: LangfuseStreamName;
  readonly schema: StreamSchema;
  readonly fields: ReadonlyMap<string, SourceField>;
  /** The table of the rows that records are made of. */
  readonly table: string;
  /** The columns of a row that hold the record's id and its event time. */
  readonly id: string;
  readonly happened: string;
  /** Which rows, and which rows of `relation`, belong to records of the stream; with the columns that this reads. */
  readonly condition: { readonly rows: Sql; readonly records: Sql; readonly columns: readonly string[] };
  /** Whether a record is made of several rows: then a change is a cause and nothing else. */
  readonly isGroup: boolean;
  readonly cause: Cause | undefined;
  /** The rows that the traces of records are made of, and how much older than its records a trace is looked for first. */
  readonly traces: { readonly table: string; readonly id: string; readonly ageMs: number };
  /** How long before the first and after the last event time of a slice further rows of its records are looked for. */
  readonly reach: { readonly beforeMs: number; readonly afterMs: number };
  /**
   * A statement with one row per record, the newest version of each: `project_id`, `id`, `created_at`, `happened_at`,
   * `event_ts`, `is_deleted` and the requested columns.
   */
  relation(request: RelationRequest): Sql;
  /** A statement with the values that records take from others, `t_project` and `t_id` or `x_project` and `x_trace`. */
  joined(join: Join, request: RelationRequest): Sql;
}

/** The columns of each table that the user may read. */
export type TableColumns = ReadonlyMap<string, ReadonlySet<string>>;
