import { Client, escapeIdentifier } from 'pg';

/** The databases that were created in one server. */
export interface CreatedDatabases {
  /** Creates a database and returns its URL. */
  create(name: string): Promise<string>;
  dropAll(): Promise<void>;
}

export function createdDatabases(serverUrl: string): CreatedDatabases {
  const names: string[] = [];
  return {
    create: async (name) => {
      await execute(serverUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
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

async function execute(serverUrl: string, text: string): Promise<void> {
  const client = new Client(serverUrl);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
