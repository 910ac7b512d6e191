import { Client, escapeIdentifier } from 'pg';

/** The databases that were created in one server. */
export interface CreatedDatabases {
  /** Creates a database, as a copy of the one at `template`, and returns its URL. */
  create(name: string, template?: string): Promise<string>;
  dropAll(): Promise<void>;
}

export function createdDatabases(serverUrl: string): CreatedDatabases {
  const names: string[] = [];
  return {
    create: async (name, template) => {
      const copied = template === undefined ? '' : ` TEMPLATE ${escapeIdentifier(databaseName(template))}`;
      await execute(serverUrl, `CREATE DATABASE ${escapeIdentifier(name)}${copied}`);
      names.push(name);
      const url = new URL(serverUrl);
      url.pathname = `/${encodeURIComponent(name)}`;
      return url.href;
    },
    dropAll: async () => {
      for (const name of names) {
        await execute(serverUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
      }
    },
  };
}

function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

async function execute(serverUrl: string, text: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
