import { RefusedError, TransientError, type AdapterContext } from '@sluice/core/adapter';
import { SourceDriftError, type FieldRequest } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { connectionSettings, Database, postgresFailure, type FailureRule } from '@sluice/postgres';
import type { LangfuseClickHouseSourceConfig } from '../config.js';

export type Names = Readonly<Record<string, string>>;

/** Names are asked for again when they are older: projects are seldom renamed. */
const FRESH_MS = 5 * 60_000;

const CONNECT_TIMEOUT_MS = 10_000;

const RULES: readonly FailureRule[] = [
  ['3D000', 'setup', 'correct the database name in postgres'],
  [
    '42P01',
    'setup',
    'there is no table projects: postgres must be the database of the same Langfuse; check schema= in it',
  ],
  ['42703', 'setup', 'the table projects has no id or no name: postgres must be the database of the same Langfuse'],
  ['42501', 'setup', 'let the role read the names: GRANT SELECT (id, name) ON projects TO the role'],
];

/** The names of projects: those of the pipeline file, and otherwise those of Langfuse's Postgres, where it is given. */
export class ProjectNames {
  readonly #projects: Projects;
  readonly #given: Names;
  readonly #database: Database | undefined;
  readonly #monotonicMs: () => number;
  #known: { readonly names: Names; readonly readMs: number } | undefined;

  constructor(
    { projects, projectNames, postgres, statementTimeoutSeconds }: LangfuseClickHouseSourceConfig,
    { baseDirectory, runtime }: AdapterContext,
  ) {
    this.#projects = projects;
    this.#given = this.#exported(projectNames);
    this.#monotonicMs = () => runtime.monotonicMs();
    if (postgres === undefined) return;
    const settings = connectionSettings(postgres, baseDirectory);
    this.#database = new Database(settings, {
      statementTimeoutMs: statementTimeoutSeconds * 1000,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      maxConnections: 1,
      session: { search_path: settings.searchPath ?? 'public' },
    });
  }

  /** What a read of these fields needs: often nothing. */
  async namesFor(fields: readonly FieldRequest[], signal?: AbortSignal): Promise<Names> {
    return fields.some(({ field }) => field === 'project_name') ? this.names(signal) : {};
  }

  async names(signal?: AbortSignal): Promise<Names> {
    const database = this.#database;
    if (database === undefined) return this.#given;
    const nowMs = this.#monotonicMs();
    if (this.#known !== undefined && nowMs - this.#known.readMs < FRESH_MS) return this.#known.names;
    const names = { ...this.#exported(await namesIn(database, signal)), ...this.#given };
    this.#known = { names, readMs: nowMs };
    return names;
  }

  /** A statement holds every name. */
  #exported(names: Names): Names {
    const projects = this.#projects;
    if (projects === 'all') return names;
    return Object.fromEntries(Object.entries(names).filter(([id]) => projects.includes(id)));
  }

  async close(): Promise<void> {
    await this.#database?.close();
  }
}

async function namesIn(database: Database, signal: AbortSignal | undefined): Promise<Names> {
  try {
    const rows = await database.read(
      (query) => query<{ readonly id: string; readonly name: string }>('SELECT id, name FROM projects'),
      { signal },
    );
    return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
  } catch (error) {
    signal?.throwIfAborted();
    throw translated(error, database.place);
  }
}

function translated(error: unknown, place: string): unknown {
  const failure = postgresFailure(error, RULES);
  if (failure === undefined || failure.kind === 'unknown') return error;
  const { kind, report, advice = 'the database cannot be reached' } = failure;
  const message = `the names of projects, ${place}: ${report}; ${advice}`;
  if (kind === 'credentials') return new RefusedError('credentials', message, { cause: error });
  if (kind === 'setup') return new SourceDriftError(message, { cause: error });
  return new TransientError(message, { cause: error });
}
