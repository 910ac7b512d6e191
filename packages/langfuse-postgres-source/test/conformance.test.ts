import { langfuseStreams } from '#src/streams.js';
import { casesInTurn, describeSource } from '@sluice/testkit';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { aSource } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

/** Every record takes values from another one with the same id: a trace from its observation, the others from their trace. */
const ROWS = {
  trace: { table: 'traces', row: aTrace, causes: 'observations', cause: aGeneration },
  score: { table: 'scores', row: aScore, causes: 'traces', cause: aTrace },
  observation: { table: 'observations', row: aStep, causes: 'traces', cause: aTrace },
} as const;

/** An observation of any type. */
function aStep(row: Parameters<typeof aGeneration>[0] & { readonly id: string }): ReturnType<typeof aGeneration> {
  return aGeneration({ type: row.id === 'first' ? 'EVENT' : 'SPAN', ...row });
}

/** One for all tests, which are given its rows anew: a database for each would take most of their time. */
let shared: TestDatabase | undefined;

async function anEmptiedDatabase(): Promise<TestDatabase> {
  shared ??= await aLangfuseDatabase({ isShared: true });
  await shared.client.query('DELETE FROM scores; DELETE FROM observations; DELETE FROM traces');
  return shared;
}

after(() => shared?.client.end());

// Generations are read as observations are, with a condition on their type.
const STREAMS = langfuseStreams.filter(({ name }) => name in ROWS);
for (const schema of casesInTurn(STREAMS, 2)) {
  describeSource({
    name: `langfuse-postgres, stream ${schema.name}`,
    changes: true,
    derives: true,
    create: async () => {
      const database = await anEmptiedDatabase();
      const { table, row, causes, cause } = ROWS[schema.name as keyof typeof ROWS];
      // The last three have one time: a page of two ends between them.
      const times = IDS.map((id, index) => ({ id, created_at: textOf(START + Math.min(index, 2) * HOUR_MS) }));
      const traceOf = (values: { readonly id: string }): object =>
        schema.name === 'trace' ? {} : { trace_id: values.id };
      await insertRows(
        database.client,
        table,
        times.map((values) => row({ ...values, ...traceOf(values) })),
      );
      await insertRows(
        database.client,
        causes,
        times.map((values) => cause({ ...values, ...(causes === 'observations' ? { trace_id: values.id } : {}) })),
      );
      const touch = async (touched: string, id: string, at: number): Promise<void> => {
        await database.client.query(`UPDATE ${touched} SET updated_at = $2 WHERE id = $1`, [id, textOf(at)]);
      };
      return {
        source: aSource(database.url, { pageSize: 2, content: 'include' }),
        schema,
        from: START,
        until: START + 24 * HOUR_MS,
        keys: IDS,
        change: (id, at) => touch(table, id, at),
        changeCause: (id, at) => touch(causes, id, at),
        openReads: () => openTransactions(database),
        dispose: () => Promise.resolve(),
      };
    },
  });
}

/** Of other connections to the database. */
async function openTransactions({ client }: TestDatabase): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  );
  return (rows[0] as { readonly open: number }).open;
}

function textOf(at: number): string {
  return new Date(at).toISOString().slice(0, -1);
}
