import { StateError } from '@sluice/core/state';
import type { Knex } from 'knex';
import type { Query } from '@sluice/postgres';
import { hasTable } from './has-table.js';
import { createTables } from './migrations/0001-create-tables.js';
import { stateParts } from './migrations/0002-state-parts.js';
import { workers } from './migrations/0003-workers.js';
import { changedParts } from './migrations/0004-changed-parts.js';
import { backOff } from './migrations/0005-back-off.js';
import { ceiling } from './migrations/0006-ceiling.js';
import type { Migration } from './migrations/migration.js';

/** Part of the program, not files in a folder. */
const MIGRATIONS: readonly Migration[] = [createTables, stateParts, workers, changedParts, backOff, ceiling];

/** Which of them were made. */
const TABLE = 'migrations';

/** The number of the advisory lock under which tables are made. Any number, but always the same one. */
const LOCK = 7_302_115_901;

/**
 * Makes the schema and brings its tables up to date, in one transaction. When many workers begin at once, one makes them
 * and the others wait for it; where there is nothing to do, nobody waits.
 */
export async function migrateIn(query: Query, transaction: Knex.Transaction, schema: string): Promise<void> {
  if (await isUpToDate(query, schema)) return;
  await query('SELECT pg_advisory_xact_lock(?)', [LOCK]);
  // Checked first: CREATE SCHEMA IF NOT EXISTS needs a right on the database even when there is nothing to do.
  const [found] = await query('SELECT FROM pg_namespace WHERE nspname = ?', [schema]);
  if (found === undefined) await transaction.schema.createSchema(schema);
  await transaction.migrate
    .latest({ schemaName: schema, tableName: TABLE, migrationSource: bundledMigrations(schema) })
    .catch((error: unknown) => {
      throw newerVersion(error, schema) ?? error;
    });
}

async function isUpToDate(query: Query, schema: string): Promise<boolean> {
  if (!(await hasTable(query, schema, TABLE))) return false;
  const done = await query<{ readonly name: string }>(`SELECT name FROM "${schema}".${TABLE} ORDER BY name`);
  return done.map(({ name }) => name).join() === MIGRATIONS.map(({ name }) => name).join();
}

function bundledMigrations(schema: string): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...MIGRATIONS],
    getMigrationName: ({ name }) => name,
    getMigration: async (migration) => ({
      up: (transaction) => migration.up(transaction, schema),
      down: async () => undefined,
    }),
  };
}

/** knex fails when the table has migrations that it does not know. */
function newerVersion(error: unknown, schema: string): StateError | undefined {
  if (!(error instanceof Error) || !error.message.includes('migration directory is corrupt')) return undefined;
  return new StateError(
    `a newer version has changed the tables of the state in schema ${schema}; use that version, or a newer one`,
    { cause: error },
  );
}
