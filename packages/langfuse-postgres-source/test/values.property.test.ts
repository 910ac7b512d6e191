import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import { casesInTurn, testRuns } from '@sluice/testkit';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { aSource, everything, valuesOf } from './a-source.js';
import { GENERATION_ORACLE, OBSERVATION_ORACLE, SCORE_ORACLE, TRACE_ORACLE, oracleRows } from './values-oracle.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const oneOf = fc.constantFrom;
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const anyTime = fc
  .integer({ min: Date.UTC(2025, 2, 30), max: Date.UTC(2025, 10, 3) })
  .map((ms) => new Date(ms).toISOString().slice(0, -1));
/** Some of one day, and around the changes of clocks. */
const givenTime = oneOf(
  '2025-04-01T00:00:00.000',
  '2025-06-01T12:30:00.001',
  '2025-06-01T12:30:04.3',
  '2025-06-01T23:59:59.999',
  '2025-10-26T01:30:00.000',
);
const time = fc.oneof(anyTime, givenTime);
const amount = fc
  .tuple(fc.nat(1000), fc.bigInt(0n, 10n ** 30n - 1n))
  .map(([whole, digits]) => `${whole}.${String(digits).padStart(30, '0')}`);
const cost = maybe(fc.oneof(amount, fc.constant('0')));
const text = fc.oneof(
  oneOf('', ' ', '\t\n', 'a/b', '100%', `quote ' " \\`, 'smile 😀', 'null', 'x'.repeat(10_000)),
  fc.string().map((value) => value.replaceAll('\0', '')),
);
const json = oneOf<unknown>(
  null,
  {},
  [],
  [1, 'two'],
  'text',
  7,
  false,
  { $posthog_session_id: 'abc', 'with.dot': { deep: [1, { x: 'y' }] } },
  { $posthog_session_id: 5 },
);
const traceId = oneOf('t0', 't1', 't2', 'gone');
const project = oneOf('project-1', 'project-2');
const tokens = fc.nat(100_000);

const traces = fc.array(
  fc.record({
    project_id: project,
    timestamp: time,
    name: maybe(text),
    user_id: maybe(text),
    release: maybe(text),
    version: maybe(text),
    metadata: json,
    tags: maybe(fc.array(text, { maxLength: 3 })),
    public: fc.boolean(),
    bookmarked: fc.boolean(),
    created_at: time,
    updated_at: time,
  }),
  { minLength: 1, maxLength: 3 },
);
const costs = fc.record({
  input_cost: cost,
  output_cost: cost,
  total_cost: cost,
  calculated_input_cost: cost,
  calculated_output_cost: cost,
  calculated_total_cost: cost,
});
const observation = fc.record({
  type: oneOf('GENERATION' as const, 'GENERATION' as const, 'SPAN' as const, 'EVENT' as const),
  trace_id: maybe(traceId),
  project_id: project,
  start_time: time,
  end_time: maybe(time),
  completion_start_time: maybe(time),
  model: maybe(text),
  internal_model: oneOf('m0', 'm0', 'm1', null),
  unit: oneOf('TOKENS', 'TOKENS', 'CHARACTERS', null),
  modelParameters: json,
  metadata: json,
  prompt_id: maybe(oneOf('prompt', 'gone')),
  prompt_tokens: tokens,
  completion_tokens: tokens,
  total_tokens: tokens,
  created_at: time,
});
/** Half of them without any cost of their own, so that their price is looked up. */
const pricedObservations = fc.array(fc.tuple(observation, fc.option(costs, { nil: null, freq: 1 })), { maxLength: 12 });
const models = fc.uniqueArray(
  fc.record({
    project_id: maybe(project),
    model_name: oneOf('m0', 'm0', 'm1'),
    start_date: maybe(time),
    unit: oneOf('TOKENS', 'CHARACTERS'),
    input_price: maybe(amount),
    output_price: maybe(amount),
    total_price: maybe(amount),
  }),
  {
    minLength: 2,
    maxLength: 10,
    selector: (model) => JSON.stringify([model.project_id, model.model_name, model.start_date, model.unit]),
  },
);
const scores = fc.array(
  fc.record({
    trace_id: traceId,
    project_id: project,
    timestamp: time,
    value: maybe(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), oneOf('NaN', 'Infinity', '-Infinity'))),
    string_value: maybe(text),
    data_type: oneOf('NUMERIC' as const, 'BOOLEAN' as const, 'CATEGORICAL' as const),
    source: oneOf('API' as const, 'EVAL' as const, 'ANNOTATION' as const),
    comment: maybe(text),
  }),
  { maxLength: 6 },
);

const ZONE_RUN = 'SLUICE_TEST_ZONE_RUN';

describe(`the values of every record, under TZ=${process.env['TZ'] ?? ''}`, () => {
  let database: TestDatabase;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    await insertRows(
      database.client,
      'prompts',
      [
        {
          id: 'prompt',
          project_id: 'project-1',
          created_by: 'API',
          name: 'greet',
          version: 3,
          type: 'text',
          config: {},
        },
      ].map((row) => ({ ...row, created_at: '2025-01-01', updated_at: '2025-01-01' })),
    );
  });

  after(() => database.client.end());

  it('are what SQL over observations_view gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        traces,
        pricedObservations,
        models,
        scores,
        async (traceRows, observationRows, modelRows, scoreRows) => {
          await fill(
            database,
            traceRows,
            observationRows.map(([row, given]) => ({ ...row, ...given })),
            modelRows,
            scoreRows,
          );
          const source = aSource(database.url, { pageSize: 5 });
          for (const [stream, oracle] of [
            ['trace', TRACE_ORACLE],
            ['generation', GENERATION_ORACLE],
            ['observation', OBSERVATION_ORACLE],
            ['score', SCORE_ORACLE],
          ] as const) {
            const expected = await oracleRows(database.client, oracle);
            const names = Object.keys(expected.values().next().value ?? { id: null });
            expect(await valuesOf(source, everything(stream), names)).to.deep.equal(expected);
          }
          await source.close();
        },
      ),
      { numRuns: testRuns(40), seed: 42 },
    );
  }).timeout(120_000);
});

if (process.env[ZONE_RUN] === undefined) {
  describe('the machine’s time zone', () => {
    for (const zone of casesInTurn(['America/New_York', 'Asia/Kolkata'], 2)) {
      it(`changes no value: ${zone}`, async () => {
        const server = await createSharedDatabase('zone');
        const mocha = process.argv[1] ?? '';
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          [
            '--conditions=sluice-modules',
            '--enable-source-maps',
            mocha,
            '--no-config',
            '--timeout',
            '60000',
            import.meta.filename,
          ],
          { env: { ...process.env, TZ: zone, [ZONE_RUN]: 'yes', TEST_DATABASE_URL: server }, encoding: 'utf8' },
        );
        expect(stdout, stderr).to.contain(`under TZ=${zone}`).and.contain('1 passing');
        expect(status).to.equal(0);
      }).timeout(120_000);
    }
  });
}

async function fill(
  { client }: TestDatabase,
  traceRows: readonly object[],
  observationRows: readonly object[],
  modelRows: readonly object[],
  scoreRows: readonly object[],
): Promise<void> {
  await client.query('DELETE FROM scores; DELETE FROM observations; DELETE FROM traces; DELETE FROM models');
  const dated = { created_at: '2025-01-01', updated_at: '2025-01-01', match_pattern: 'x' };
  await insertRows(
    client,
    'models',
    modelRows.map((row, index) => ({ id: `model-${index}`, ...dated, ...row })),
  );
  await insertRows(
    client,
    'traces',
    traceRows.map((row, index) => aTrace({ ...row, id: `t${index}` })),
  );
  const ids = ['o/%', 'o"quote', `o'`, 'o😀', 'o\\'];
  await insertRows(
    client,
    'observations',
    observationRows.map((row, index) => aGeneration({ ...row, id: `${ids[index % ids.length]}${index}` })),
  );
  await insertRows(
    client,
    'scores',
    scoreRows.map((row, index) => aScore({ ...row, id: `s${index}` })),
  );
}
