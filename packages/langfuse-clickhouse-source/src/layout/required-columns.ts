import type { Content } from '@sluice/langfuse-records';
import { spanTableFor } from './span-traces.js';
import type { TableColumns } from './stream-layout.js';

type Columns = Readonly<Record<string, readonly string[]>>;

const VERSION = ['created_at', 'updated_at', 'event_ts', 'is_deleted'];
const TRACES = `id project_id name user_id session_id release version tags metadata public bookmarked timestamp`;
const OBSERVATIONS = `id project_id trace_id parent_observation_id type name level status_message version metadata start_time
  end_time completion_start_time provided_model_name model_parameters usage_details cost_details total_cost prompt_name
  prompt_version`;
const SCORES = `id project_id trace_id observation_id name value string_value data_type source comment author_user_id config_id
  timestamp`;
const SPANS = `project_id trace_id span_id parent_span_id type name level status_message version release trace_name user_id
  session_id tags metadata_names metadata_values environment start_time end_time completion_start_time provided_model_name
  model_parameters usage_details cost_details prompt_name prompt_version public bookmarked is_app_root`;

/** What every supported version of Langfuse has. */
const REQUIRED: Readonly<Record<'legacy' | 'events', Columns>> = {
  legacy: { traces: names(TRACES), observations: names(OBSERVATIONS), scores: names(SCORES) },
  events: { events_core: names(SPANS), scores: names(SCORES) },
};

/** What later ones added, and what is read where it is there. */
const LATER: Columns = {
  traces: ['environment'],
  observations: ['environment'],
  scores: ['environment', 'session_id', 'dataset_run_id', 'metadata'],
};

/** What shows to which tables Langfuse writes, and whether the history of an upgrade is there. */
const WATCHED: Readonly<Record<'legacy' | 'events', Columns>> = {
  legacy: { events_core: ['created_at', 'start_time'] },
  events: {
    traces: ['created_at', 'timestamp'],
    observations: ['created_at', 'start_time', 'project_id', 'id', 'is_deleted'],
  },
};

/** The columns that an export reads, by table. */
function neededColumns(tables: 'legacy' | 'events', content: Content): Columns {
  const spans = spanTableFor(content);
  return Object.fromEntries(
    Object.entries(REQUIRED[tables]).flatMap(([table, columns]) => {
      const withContent = content === 'include' && table !== 'scores' ? [...columns, 'input', 'output'] : columns;
      if (table !== 'events_core') return [[table, withContent]];
      // Which tables Langfuse writes to is seen from the times in both.
      if (spans === 'events_core') return [[table, columns]];
      return [
        ['events_core', ['created_at', 'start_time', 'project_id', 'span_id', 'is_deleted']],
        [spans, withContent],
      ];
    }),
  );
}

/** The columns that a user of an export should be able to read: those that it needs and those that later versions have. */
export function grantedColumns(tables: 'legacy' | 'events', content: Content): Columns {
  const needed = Object.entries(neededColumns(tables, content)).map(
    ([table, columns]) => [table, [...columns, ...(LATER[table] ?? [])]] as const,
  );
  return { ...Object.fromEntries(needed), ...WATCHED[tables] };
}

/** Whether the user can read what shows to which tables Langfuse writes. */
export function canWatch(columns: TableColumns, table: string): boolean {
  const watched = { ...WATCHED.legacy, ...WATCHED.events }[table] ?? [];
  return watched.every((name) => columns.get(table)?.has(name));
}

/** What is missing of the tables, and what to do about it; undefined if nothing is. */
export function missingColumns(
  columns: TableColumns,
  tables: 'legacy' | 'events',
  content: Content,
): { readonly found: string; readonly fix: string } | undefined {
  const needed = Object.entries(neededColumns(tables, content));
  const absent = needed.filter(([table]) => !columns.has(table)).map(([table]) => table);
  if (absent.length > 0) {
    return {
      found: `missing ${absent.length === 1 ? 'table' : 'tables'} ${absent.join(', ')}`,
      fix: 'check the database in url and tables, and the permissions of the user: sluice check prints them',
    };
  }
  const missing = needed.flatMap(([table, wanted]) =>
    wanted.filter((name) => columns.get(table)?.has(name) !== true).map((name) => `${table}.${name}`),
  );
  if (missing.length === 0) return undefined;
  return {
    found: `missing ${missing.join(', ')}`,
    fix: 'grant the user these columns (sluice check prints the statements), or upgrade Langfuse: v3 and v4 are supported',
  };
}

function names(text: string): readonly string[] {
  return [...text.split(/\s+/), ...VERSION];
}
