import pg from 'pg';
import { parentOf, treeCpuMs } from './process-figures.mjs';

/** Watches a database server from a connection that does nothing while a program runs. */
export async function watchDatabase(url) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const serverPid = parentOf(rows[0].pid);
  return {
    /**
     * CPU of the server with all its processes, and how long statements have run in one database: the latter is finer,
     * but includes waits for a processor.
     */
    figures: async (databaseUrl) => {
      const name = new URL(databaseUrl).pathname.slice(1);
      const answer = await client.query('SELECT active_time AS ms FROM pg_stat_database WHERE datname = $1', [name]);
      return { cpuMs: treeCpuMs(serverPid), activeMs: answer.rows[0].ms };
    },
    close: () => client.end(),
  };
}
