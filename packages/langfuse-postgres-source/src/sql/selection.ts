import type { FieldRequest } from '@sluice/core/source';
import { joined, NOTHING, raw, sql, type Sql } from '@sluice/postgres';
import type { Join } from '../fields/field-reading.js';
import type { LangfuseStream, SourceField } from '../streams.js';
import { recordColumns, type RecordStatement } from './record-columns.js';
import { traceTotalsJoin } from './trace-totals.js';

/** What can be the position in a list as well as the name of a member. Anything else is looked up faster as a name. */
const MAYBE_INDEX = /^[\s\d+-]/;

/** What a read needs from the database: the requested fields and nothing more. */
export interface Selection {
  /** The requested fields, in order. */
  readonly fields: readonly SourceField[];
  /** The fields' names, with the path below a `json` field. */
  readonly names: readonly string[];
  /** One expression per requested field. */
  readonly values: readonly Sql[];
  /** The columns of the record's own table. */
  readonly columns: readonly string[];
  readonly joins: Sql;
  /** What is needed of the records' traces; undefined if nothing is. */
  readonly trace: TraceSelection | undefined;
}

/** The values of the records' traces. The statements of the records have a null in the place of each. */
export interface TraceSelection {
  /** Their positions among the values of the records. */
  readonly columns: readonly number[];
  readonly fields: readonly SourceField[];
  /** By the alias `trace`. */
  readonly values: readonly Sql[];
}

export function selectionOf(stream: LangfuseStream, requests: readonly FieldRequest[]): Selection {
  const fields = requests.map((request) => fieldOf(stream, request.field));
  const joins = new Set(fields.flatMap((field) => field.join ?? []));
  const values = requests.map((request, index) =>
    valueOf(fields[index]?.expression ?? '', fields[index]?.type, request),
  );
  const ofTrace = [...fields.keys()].filter((index) => fields[index]?.join === 'trace');
  return {
    fields,
    names: requests.map(({ field, path = [] }) => [field, ...path].join('.')),
    values: values.map((value, index) => (fields[index]?.join === 'trace' ? raw('NULL') : value)),
    columns: [...new Set(['id', 'created_at', ...fields.flatMap((field) => field.columns)])],
    joins: joined([...joins].map(joinOf(joins)), '\n'),
    trace: joins.has('trace') ? traceSelection(ofTrace, fields, values) : undefined,
  };
}

/**
 * The fields of the rows of `page`, a statement that selects the record's columns, and `order` of them behind the fields.
 * The joins come after the page, so that only its rows pay for them.
 */
export function fieldsOfPage(selection: Selection, page: Sql, order: readonly string[]): RecordStatement {
  const columns = recordColumns(selection, order);
  const statement = sql`SELECT ${columns.list}
FROM (${page}) AS r
${selection.joins}
ORDER BY ${raw(order.join(', '))}, r.id`;
  return { ...statement, columns };
}

/** The same records without any of their fields. */
export function withoutFields(selection: Selection): Selection {
  return { ...selection, values: [], columns: ['id', 'created_at'], joins: NOTHING, trace: undefined };
}

/** The columns of the record's own table that a page selects: those of the fields and the given ones. */
export function columnsOf(selection: Selection, ...others: readonly string[]): string {
  return [...new Set([...selection.columns, ...others])].map((name) => `r.${name}`).join(', ');
}

function fieldOf(stream: LangfuseStream, name: string): SourceField {
  const field = stream.fields.get(name);
  if (field === undefined) throw new Error(`the stream ${stream.name} has no field ${name}`);
  return field;
}

function valueOf(expression: string, type: SourceField['type'] | undefined, { path = [] }: FieldRequest): Sql {
  if (type !== 'json' || path.length === 0) return raw(expression);
  const steps = path.map(String);
  if (steps.some((step) => MAYBE_INDEX.test(step))) return sql`${raw(expression)} #> ${steps}::text[]`;
  return joined([raw(expression), ...steps.map((step) => sql`${step}::text`)], ' -> ');
}

function traceSelection(
  columns: readonly number[],
  fields: readonly SourceField[],
  values: readonly Sql[],
): TraceSelection {
  return {
    columns,
    fields: columns.flatMap((column) => fields[column] ?? []),
    values: columns.map((column) => values[column] ?? NOTHING),
  };
}

function joinOf(all: ReadonlySet<Join>): (join: Join) => Sql {
  return (join) => {
    // Read by separate statements: see `TraceLookup`.
    if (join === 'trace') return NOTHING;
    if (join === 'project') return raw('LEFT JOIN projects AS project ON project.id = r.project_id');
    if (join === 'prompt')
      return raw('LEFT JOIN prompts AS prompt ON prompt.id = r.prompt_id AND prompt.project_id = r.project_id');
    if (join === 'totals') return all.has('totals-with-cost') ? NOTHING : traceTotalsJoin({ withCost: false });
    return traceTotalsJoin({ withCost: true });
  };
}
