import knex from 'knex';

/** One connection, as in knex's documentation. Zoneless timestamps are read as UTC because TZ is UTC. */
export function openDatabase() {
  return knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 1, max: 1 } });
}

/** The rows of a query as objects, a thousand at a time. */
export function rowsOf(database, query) {
  return database.raw(query).stream({ batchSize: 1000, highWaterMark: 1000 });
}
