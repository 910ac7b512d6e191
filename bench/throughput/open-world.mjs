import { fillLangfuse } from '../data/fill-langfuse.mjs';
import { watchDatabase } from './measure/database-figures.mjs';
import { startReceiver } from './receiver/start-receiver.mjs';
import { startPostgres } from './start-postgres.mjs';

/**
 * A database with so many traces, one without any, and a receiver: all that contestants need.
 *
 * @param {{ traces: number }} size
 */
export async function openWorld({ traces }) {
  const postgres = await startPostgres();
  const receiver = await startReceiver();
  const newDatabase = async (name, history) => {
    const databaseUrl = await postgres.createDatabase(name);
    return { databaseUrl, events: await fillLangfuse(databaseUrl, history) };
  };
  try {
    const events = await fillLangfuse(postgres.url, { traces });
    const { databaseUrl: emptyUrl } = await newDatabase('empty', { traces: 0 });
    const database = await watchDatabase(emptyUrl);
    return {
      databaseUrl: postgres.url,
      emptyUrl,
      traces,
      events,
      database,
      receiver,
      /** Creates another database with its own history. */
      newDatabase,
      /** Creates a database without a table. */
      newState: (name) => postgres.createDatabase(name),
      close: async () => {
        await database.close();
        receiver.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    receiver.stop();
    await postgres.stop();
    throw error;
  }
}
