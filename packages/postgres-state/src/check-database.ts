import type { CheckResult } from '@sluice/core/adapter';
import { StateError, describeHolder, type StateReader } from '@sluice/core/state';
import type { Database } from '@sluice/postgres';
import { migrateIn } from './migrate.js';
import { translateError } from './postgres-error.js';

const FIX = 'repair the database of the state, or correct the options of state';

/** Rolls back a transaction in which everything worked. */
class RollBack extends Error {}

/** Tries what a run does with the tables, in a transaction that is rolled back. */
export async function checkDatabase(
  database: Database,
  schema: string,
  reader: StateReader,
): Promise<readonly CheckResult[]> {
  return [
    await tried('state readable', () => readable(database, schema, reader)),
    await tried('state writable', () => writable(database, schema)),
    await tried('state lockable', () => lockable(reader)),
  ];
}

async function tried(name: string, check: () => Promise<string>): Promise<CheckResult> {
  try {
    return { name, outcome: 'good', message: await check() };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { name, outcome: 'bad', message: error.message, fix: FIX };
  }
}

async function readable({ place }: Database, schema: string, reader: StateReader): Promise<string> {
  const { revision } = await reader.read();
  return `${place}, schema ${schema}: ${revision === 0 ? 'nothing has been exported yet' : `${revision} commits`}`;
}

async function writable(database: Database, schema: string): Promise<string> {
  try {
    await database.write(async (query, transaction) => {
      await migrateIn(query, transaction, schema);
      // No pipeline can have this name.
      await query(`INSERT INTO "${schema}".pipelines (name) VALUES ('a trial')`);
      await query(`UPDATE "${schema}".pipelines SET revision = 1 WHERE name = 'a trial'`);
      throw new RollBack();
    });
  } catch (error) {
    if (!(error instanceof RollBack)) throw translateError(error, 'write', database.place);
  }
  return 'wrote tables and a row, and rolled them back';
}

async function lockable(reader: StateReader): Promise<string> {
  const holder = await reader.holder();
  if (holder === undefined) return 'not in use';
  return `in use by ${describeHolder(holder)}`;
}
