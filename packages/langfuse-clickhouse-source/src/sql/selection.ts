import type { FieldRequest } from '@sluice/core/source';
import type { TextColumns } from '@sluice/tab-separated';
import type { Join } from '../fields/field-reading.js';
import { withProjectNames } from '../fields/project-name.js';
import type { SourceField, StreamLayout } from '../layout/stream-layout.js';

/** What a read needs from the database: the requested fields and nothing more. */
export interface Selection {
  /** The requested fields, in order. */
  readonly fields: readonly SourceField[];
  /** The fields' names, with the path below a `json` field. */
  readonly names: readonly string[];
  /** What a statement selects: one expression per requested field, and those of `columns` behind them. */
  readonly values: readonly string[];
  readonly columns: TextColumns;
  /** The columns of the relation of the records that the values read. */
  readonly recordColumns: readonly string[];
  readonly joins: ReadonlySet<Join>;
  /** The columns of the traces that are joined. */
  readonly traceColumns: readonly string[];
}

/** By index in `TextColumns.others`. */
export const OTHERS = { project: 0, id: 1, createdAt: 2, happenedAt: 3, traceId: 4, isTraceFound: 5 } as const;

export function selectionOf(
  layout: StreamLayout,
  requests: readonly FieldRequest[],
  projectNames: Readonly<Record<string, string>>,
): Selection {
  const fields = requests.map(({ field }) => fieldOf(layout, field));
  const joins = new Set(fields.flatMap((field) => field.join ?? []));
  const values = requests.map(({ path = [] }, index) => {
    const expression = fields[index]?.expression ?? 'NULL';
    return typeof expression === 'string' ? withProjectNames(expression, projectNames) : expression(path);
  });
  const hasTrace = joins.has('trace');
  const others = [
    'r.project_id',
    'r.id',
    'toUnixTimestamp64Micro(r.created_at)',
    'toUnixTimestamp64Micro(r.happened_at)',
    ...(hasTrace ? [`ifNull(r.trace_id, '')`, 'trace.t_found'] : []),
  ];
  const count = values.length;
  return {
    fields,
    names: requests.map(({ field, path = [] }) => [field, ...path].join('.')),
    values: [...values, `concat(r.project_id, '/', r.id)`, `toString(r.created_at, 'UTC')`, ...others],
    columns: {
      count: count + 2 + others.length,
      key: count,
      createdAt: count + 1,
      others: others.map((_, index) => count + 2 + index),
      blankIsNull: [...values.keys()].filter((column) => fields[column]?.blankIsNull),
    },
    recordColumns: [...new Set([...fields.flatMap(({ columns }) => columns), ...layout.condition.columns])].filter(
      (name) => !ALWAYS.has(name),
    ),
    joins,
    traceColumns: [...new Set(fields.flatMap(({ traceColumns = [] }) => traceColumns))],
  };
}

/** Every relation has them. */
const ALWAYS = new Set(['project_id', 'id', 'created_at', 'event_ts', 'is_deleted']);

function fieldOf({ name, fields }: StreamLayout, field: string): SourceField {
  const found = fields.get(field);
  if (found === undefined) throw new Error(`the stream ${name} has no field ${field}`);
  return found;
}
