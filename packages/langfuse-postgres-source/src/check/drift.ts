import { SourceDriftError } from '@sluice/core/source';
import type { Query } from '../read/read-only-transactions.js';
import { sql } from '../sql/sql.js';

/** The columns that the source reads, by table. If one is missing, the version of Langfuse is not supported. */
export const REQUIRED_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  projects: names('id name'),
  traces: names(`id timestamp name project_id metadata user_id release version public bookmarked session_id tags
    created_at updated_at`),
  observations: names(`id name start_time end_time parent_observation_id type trace_id metadata model modelParameters
    level status_message completion_start_time completion_tokens prompt_tokens total_tokens version project_id
    created_at updated_at unit prompt_id internal_model input_cost output_cost total_cost
    calculated_input_cost calculated_output_cost calculated_total_cost`),
  scores: names(`id timestamp name value string_value data_type source comment project_id trace_id observation_id
    author_user_id config_id created_at updated_at`),
  models: names('id project_id model_name start_date input_price output_price total_price unit'),
  prompts: names('id project_id name version'),
};

function names(text: string): readonly string[] {
  return text.split(/\s+/);
}

/** v2 is supported; v3 froze the tables that the source reads, and v4 dropped them. */
export type LangfuseVersion = 'v2' | 'v3' | 'v4';

export interface Column {
  readonly table: string;
  readonly name: string;
  /** Whether the role can read it. */
  readonly isReadable: boolean;
}

/** The columns of the tables, from pg_catalog: information_schema hides what the role cannot use. */
export async function readColumns(query: Query): Promise<readonly Column[]> {
  const rows = await query(sql`
    SELECT wanted.name, attribute.attname,
      has_schema_privilege(class.relnamespace, 'USAGE') AND has_column_privilege(class.oid, attribute.attnum, 'SELECT')
    FROM unnest(${Object.keys(REQUIRED_COLUMNS)}::text[]) AS wanted (name)
    JOIN pg_catalog.pg_class AS class ON class.oid = to_regclass(quote_ident(wanted.name))
    JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
    WHERE attribute.attnum > 0 AND NOT attribute.attisdropped`);
  return rows.map(([table, name, isReadable]) => ({
    table: table ?? '',
    name: name ?? '',
    isReadable: isReadable === 't',
  }));
}

/** Recognises the version by its columns, or throws an error that names those that are missing. */
function versionOf(columns: readonly Column[], place: string): LangfuseVersion {
  const known = new Set(columns.map(({ table, name }) => `${table}.${name}`));
  // Langfuse v3.0 added this column and changed nothing else that is visible here.
  const isNewer = known.has('projects.deleted_at');
  const hasTraces = known.has('traces.id');
  if (isNewer && !hasTraces) return 'v4';
  const tables = Object.keys(REQUIRED_COLUMNS).filter((table) => !columns.some((column) => column.table === table));
  if (tables.length > 0) {
    throw new SourceDriftError(
      `${place}: not a Langfuse v2 database: missing ${tables.length === 1 ? 'table' : 'tables'} ${tables.join(', ')}; ` +
        'check the database name and schema= in url',
    );
  }
  const missing = Object.entries(REQUIRED_COLUMNS).flatMap(([table, required]) =>
    required.map((name) => `${table}.${name}`).filter((name) => !known.has(name)),
  );
  if (missing.length > 0) {
    throw new SourceDriftError(
      `${place}: missing ${missing.join(', ')}; Langfuse v2.60 to v2.95 is supported: upgrade an older version`,
    );
  }
  return isNewer ? 'v3' : 'v2';
}

/** Throws unless the database is one that may be exported under the `frozen` option. */
export async function assertNoDrift(
  query: Query,
  place: string,
  frozen: 'refuse' | 'finish',
): Promise<LangfuseVersion> {
  const version = versionOf(await readColumns(query), place);
  if (version === 'v4') {
    throw new SourceDriftError(
      `${place}: Langfuse v4 dropped the tables of v2: stop this pipeline and use Langfuse’s own integration; ` +
        'export missing records from a backup of the v2 database',
    );
  }
  if (version === 'v3' && frozen === 'refuse') {
    throw new SourceDriftError(
      `${place}: upgraded to Langfuse v3, which keeps its data in ClickHouse: these tables no longer grow; ` +
        'set frozen: finish to export their records, then use Langfuse’s own integration',
    );
  }
  return version;
}
