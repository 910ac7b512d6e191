import type { Difference, LangfuseField, LangfuseStreamName } from '@sluice/langfuse-records';

/** What a field's expression may refer to besides the record `r`; read only when a requested field needs it. */
export type Join = 'trace' | 'project' | 'prompt' | 'totals' | 'totals-with-cost';

/** How SQL reads a field. */
export interface FieldReading extends Difference {
  /** Uses the aliases `r`, `trace`, `project`, `prompt` and `totals`. Its text is that of `PageText`. */
  readonly expression: string;
  /** The columns of the record's own table that the expression and its join read. */
  readonly columns: readonly string[];
  readonly join?: Join;
  /** Whether an empty or blank text means that there is no value. */
  readonly blankIsNull?: boolean;
}

/** How SQL reads every field of a stream. */
export type FieldReadings<Name extends LangfuseStreamName> = Readonly<Record<LangfuseField<Name>, FieldReading>>;

/** A column of the record's own table. */
export function column(name: string): FieldReading {
  return { expression: `r.${name}`, columns: [name] };
}

/** A column of the row that `<join>_id` refers to, in the record's project. */
export function joined(join: 'project' | 'prompt', name: string): FieldReading {
  return { expression: `${join}.${name}`, columns: [...new Set([`${join}_id`, 'project_id'])], join };
}

/** A list that is never null. Most are empty, which costs less to see than to write. */
export function listText(list: string): string {
  return `CASE WHEN cardinality(${list}) > 0 THEN array_to_json(${list}) ELSE '[]' END`;
}

/** A field that the database does not have. Of a null in this type, every part is null too. */
export function absent(reason: string): FieldReading {
  return { expression: 'NULL::jsonb', columns: [], absent: reason };
}

export const PROJECT_NAME = joined('project', 'name');
export const NO_ENVIRONMENT = absent('Langfuse v2 has no environments');
