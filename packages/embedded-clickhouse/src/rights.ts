import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a user may do. */
export interface Rights {
  /** As in a GRANT statement, between GRANT and TO: `SELECT(id, name) ON db.traces`. */
  readonly grants: readonly string[];
  /** Settings of the user's profile, such as `readonly` or `max_execution_time`. Default: none. */
  readonly settings?: Readonly<Record<string, number | string>>;
}

/** Writes the files that give the engine's only user these rights, and returns the one to start the engine with. */
export async function writeRights(directory: string, { grants, settings = {} }: Rights): Promise<string> {
  // In a separate folder: the engine reads a config.xml in its working directory unasked.
  const folder = join(directory, 'rights');
  await mkdir(folder, { recursive: true });
  const profile = Object.entries(settings).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`);
  const queries = grants.map((grant) => `<query>GRANT ${escaped(grant)}</query>`);
  const users = join(folder, 'users.xml');
  await writeFile(
    users,
    `<clickhouse>
  <profiles><default>${profile.join('')}</default></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password></password>
    <networks><ip>::/0</ip></networks>
    <profile>default</profile>
    <quota>default</quota>
    <grants>${queries.join('')}</grants>
  </default></users>
</clickhouse>
`,
  );
  const config = join(folder, 'config.xml');
  await writeFile(
    config,
    `<clickhouse><user_directories><users_xml><path>${escaped(users)}</path></users_xml></user_directories></clickhouse>\n`,
  );
  return config;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
