import { randomBytes } from 'node:crypto';
import { databaseUrl, execute } from './clickhouse-statement.js';
import type { Rights } from './rights.js';
import type { EmbeddedClickHouse } from './embedded-clickhouse.js';

/** Fresh databases and users in a server that exists. */
export async function databasesInServer(serverUrl: string, databaseName: string): Promise<EmbeddedClickHouse> {
  const suffix = randomBytes(4).toString('hex');
  const drops: string[] = [];
  const createDatabase = async (name: string): Promise<string> => {
    const database = `${name}_${suffix}`;
    await execute(serverUrl, `CREATE DATABASE \`${database}\``);
    drops.push(`DROP DATABASE IF EXISTS \`${database}\``);
    return databaseUrl(serverUrl, database);
  };
  const url = await createDatabase(databaseName);

  const createUser = async ({ grants, settings = {} }: Rights): Promise<string> => {
    const name = `sluice_${suffix}_${drops.length}`;
    const password = randomBytes(12).toString('hex');
    const list = Object.entries(settings).map(([setting, value]) => `${setting} = '${value}'`);
    await execute(
      serverUrl,
      `CREATE USER ${name} IDENTIFIED BY '${password}'${list.length === 0 ? '' : ` SETTINGS ${list.join(', ')}`}`,
    );
    drops.push(`DROP USER IF EXISTS ${name}`);
    for (const grant of grants) await execute(serverUrl, `GRANT ${grant} TO ${name}`);
    return Object.assign(new URL(url), { username: name, password }).href;
  };

  return {
    url,
    createDatabase,
    limit: async (rights) => (rights === undefined ? url : createUser(rights)),
    stop: async () => {
      for (const drop of drops.splice(0)) await execute(serverUrl, drop);
    },
  };
}
