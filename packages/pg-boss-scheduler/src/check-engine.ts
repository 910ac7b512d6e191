import type { CheckResult } from '@sluice/core/adapter';
import type { EngineDatabase } from './engine-database.js';
import { failureMessage } from './failure.js';

/** Whether pg-boss finds its tables, or may create them. Writes nothing. */
export async function checkEngine(database: EngineDatabase, schema: string): Promise<readonly CheckResult[]> {
  const name = 'pg-boss';
  try {
    const { rows } = await database.executeSql(
      `SELECT to_regclass($1) IS NOT NULL AS "isInstalled", has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
         pg_is_in_recovery() AS "isReplica", coalesce(has_schema_privilege(to_regnamespace($2), 'CREATE'), false) AS "mayCreateIn"`,
      [`${schema}.version`, schema],
    );
    const [{ isInstalled, mayCreate, mayCreateIn, isReplica }] = rows;
    const where = `${database.place}, schema ${schema}`;
    if (isReplica) {
      const fix = 'correct url of scheduler: the address of the primary';
      return [{ name, outcome: 'bad', message: `${where}: the database is read-only`, fix }];
    }
    // The first process also makes the queue, which is a table.
    if (isInstalled ? mayCreateIn : mayCreate) {
      return [{ name, outcome: 'good', message: isInstalled ? where : `${where}: the first start creates it` }];
    }
    const what = isInstalled ? `the schema ${schema}` : 'the database, for the first start';
    return [
      { name, outcome: 'bad', message: `${where}: the role may not create tables`, fix: `grant it CREATE on ${what}` },
    ];
  } catch (error) {
    const fix = 'repair the database of the scheduler, or correct the options of scheduler';
    return [{ name, outcome: 'bad', message: failureMessage(error, database.place), fix }];
  }
}
