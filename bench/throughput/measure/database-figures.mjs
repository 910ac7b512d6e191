import pg from 'pg';
import { parentOf, treeCpuMs } from './process-figures.mjs';

/** Watches the database server from a connection that does nothing while a contestant runs. */
export async function watchDatabase(url) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const serverPid = parentOf(rows[0].pid);
  return {
    /** CPU of the server with all its processes. */
    cpuMs: () => treeCpuMs(serverPid),
    /** How long statements have run in a database: finer than CPU, but it includes waits for a processor. */
    activeMs: async (database) => {
      const answer = await client.query('SELECT active_time AS ms FROM pg_stat_database WHERE datname = $1', [
        database,
      ]);
      return answer.rows[0].ms;
    },
    close: () => client.end(),
  };
}
