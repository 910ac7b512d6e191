import { langfuseStreams } from '#src/streams.js';
import { casesInTurn, describeSource } from '@sluice/testkit';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { aSource } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

/** A value in every column of a trace that may be null. */
const OF_TRACE = {
  name: 'chat',
  user_id: 'user-1',
  session_id: 'session-1',
  release: 'r1',
  version: 'v1',
  metadata: { plan: 'pro' },
  input: { question: 'why' },
  output: { answer: 'because' },
};

/** And of an observation. */
const OF_STEP = {
  parent_observation_id: 'parent',
  name: 'answer',
  end_time: textOf(START + 2 * HOUR_MS + 5000),
  completion_start_time: textOf(START + 2 * HOUR_MS + 1000),
  model: 'gpt-4',
  modelParameters: { temperature: '0.5' },
  status_message: 'done',
  version: 'v1',
  metadata: { plan: 'pro' },
  unit: 'TOKENS',
  input_cost: '0.5',
  output_cost: '0.25',
  total_cost: '0.75',
  prompt_id: 'prompt-1',
  input: { question: 'why' },
  output: { answer: 'because' },
};

/** And of a score. */
const OF_SCORE = {
  observation_id: 'observation-1',
  string_value: 'good',
  comment: 'well said',
  author_user_id: 'author-1',
  config_id: 'config-1',
};

const A_PROMPT = {
  id: 'prompt-1',
  project_id: 'project-1',
  created_by: 'API',
  name: 'greet',
  version: 3,
  type: 'text',
  config: {},
  created_at: textOf(START),
  updated_at: textOf(START),
};

/** Every record takes values from another one with the same id: a trace from its observation, the others from their trace. */
const ROWS = {
  trace: { table: 'traces', row: aFullTrace, causes: 'observations', cause: aGeneration },
  score: { table: 'scores', row: aFullScore, causes: 'traces', cause: aFullTrace },
  observation: { table: 'observations', row: aStep, causes: 'traces', cause: aFullTrace },
} as const;

/** An observation of any type. */
function aStep(row: Parameters<typeof aGeneration>[0] & { readonly id: string }): ReturnType<typeof aGeneration> {
  return aGeneration({ type: row.id === 'first' ? 'EVENT' : 'SPAN', ...OF_STEP, ...row });
}

function aFullScore(row: Parameters<typeof aScore>[0]): ReturnType<typeof aScore> {
  return aScore({ ...OF_SCORE, ...row });
}

function aFullTrace(row: Parameters<typeof aTrace>[0]): ReturnType<typeof aTrace> {
  return aTrace({ ...OF_TRACE, ...row });
}

/** One for all tests, which are given its rows anew: a database for each would take most of their time. */
let shared: TestDatabase | undefined;

async function anEmptiedDatabase(): Promise<TestDatabase> {
  shared ??= await aLangfuseDatabase({ isShared: true });
  await shared.client.query('DELETE FROM scores; DELETE FROM observations; DELETE FROM traces; DELETE FROM prompts');
  await insertRows(shared.client, 'prompts', [A_PROMPT]);
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
