import { Client } from 'pg';
import { expectedCounts, type ExpectedCounts } from './expected-counts.js';
import { LANGFUSE_SCHEMA_SQL } from './langfuse-schema.js';
import type { SeedHistoryOptions } from './history-batches.js';
import { seedHistory } from './seed-history.js';

/** Creates Langfuse's tables in an empty database, fills them and counts what they hold. */
export async function seedDatabase(url: string, options: SeedHistoryOptions): Promise<ExpectedCounts> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(LANGFUSE_SCHEMA_SQL);
    await seedHistory(client, options);
    return await expectedCounts(client);
  } finally {
    await client.end();
  }
}
