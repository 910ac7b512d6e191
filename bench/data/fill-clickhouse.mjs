import { executeStatement } from '@sluice/langfuse-history';

const DAYS_PER_INSERT = 3;
/** A trace has three observations, two of them generations, and a score. */
const OBSERVATIONS_PER_TRACE = 3;

/** Columns of the `number`th trace, whichever table they are for. One in a hundred arrives up to two days late. */
function traceColumns({ days, end }, traces) {
  const start = (end - days * 86_400_000) / 1000;
  const created = `fromUnixTimestamp64Milli(toInt64(${start * 1000} + number * ${(days * 86_400_000) / traces}))`;
  return `number,
    concat('project-', toString(cityHash64(number) % 10)) AS project_id,
    concat('trace-', lower(hex(cityHash64(number, 'trace'))), lower(hex(sipHash64(number)))) AS trace,
    ${created} AS created,
    created - toIntervalSecond(if(cityHash64(number, 'late') % 100 = 0, cityHash64(number, 'by') % 172800, 2)) AS happened,
    concat('user-', toString(cityHash64(number, 'user') % 5000), '@example.com') AS user,
    concat('session-', toString(intDiv(number, 3))) AS session`;
}

const NAMES = `['answer-question', 'summarise-ticket', 'suggest-reply', 'search'][number % 4 + 1]`;
const MODELS = `['gpt-4o-2024-08-06', 'gpt-4o-mini', 'claude-3-5-sonnet-20241022'][(number + part) % 3 + 1]`;

async function inParts(size, insert) {
  const traces = size.observations / OBSERVATIONS_PER_TRACE;
  const parts = Math.ceil(size.days / DAYS_PER_INSERT);
  for (let part = 0; part < parts; part += 1) {
    const [from, until] = [part, part + 1].map((each) => Math.round((traces * each) / parts));
    await insert(`(SELECT ${traceColumns(size, traces)} FROM numbers(${from}, ${until - from}))`);
  }
}

const TEXTS = `repeat('How do I reset my password? ', 20)`;
const USAGE = `map('input', 50 + cityHash64(number, part) % 2000, 'output', 10 + number % 600, 'total', 60 + number % 2600)`;
const COSTS = `CAST(map('input', 0.001, 'output', 0.002, 'total', 0.003), 'Map(String, Decimal64(12))')`;

/** Fills the tables of v3, with two versions of every twentieth row. */
export async function fillRecords(url, size) {
  const write = async (columns, table, rows) =>
    executeStatement(
      url,
      `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM ${rows}`,
    );
  await inParts(size, async (traces) => {
    const versions = `(SELECT *, arrayJoin(if(number % 20 = 0, [0, 1], [1])) AS version FROM ${traces})`;
    const times = {
      created_at: 'created',
      updated_at: 'created + toIntervalSecond(version)',
      event_ts: 'created + toIntervalSecond(version)',
    };
    await write(
      {
        id: 'trace',
        project_id: 'project_id',
        timestamp: 'happened',
        name: NAMES,
        user_id: 'user',
        session_id: 'session',
        metadata: `map('plan', 'pro', 'region', 'eu')`,
        tags: `['beta']`,
        input: TEXTS,
        output: TEXTS,
        ...times,
      },
      'traces',
      versions,
    );
    await write(
      {
        id: `concat(trace, '-', toString(part))`,
        project_id: 'project_id',
        trace_id: 'trace',
        type: `if(part = 0, 'SPAN', 'GENERATION')`,
        start_time: 'happened + toIntervalSecond(part)',
        end_time: 'happened + toIntervalSecond(part + 1)',
        name: `if(part = 0, 'handle-request', 'llm-call')`,
        level: `'DEFAULT'`,
        provided_model_name: MODELS,
        model_parameters: `'{"temperature":0.2}'`,
        usage_details: USAGE,
        cost_details: COSTS,
        total_cost: '0.003',
        metadata: `map('step', toString(part))`,
        input: TEXTS,
        output: TEXTS,
        ...times,
      },
      'observations',
      `(SELECT *, arrayJoin([0, 1, 2]) AS part FROM ${versions})`,
    );
    await write(scoreColumns(times), 'scores', versions);
  });
}

function scoreColumns(times) {
  return {
    id: `concat(trace, '-score')`,
    project_id: 'project_id',
    trace_id: 'trace',
    timestamp: 'happened + toIntervalSecond(5)',
    name: `['helpfulness', 'tone', 'quality'][number % 3 + 1]`,
    value: 'number % 100 / 100',
    source: `'API'`,
    data_type: `'NUMERIC'`,
    ...times,
  };
}

/** Fills the tables of v4 with spans that came by OTLP, every hundredth trace sent twice. */
export async function fillSpans(url, size) {
  await inParts(size, async (traces) => {
    const versions = `(SELECT *, arrayJoin(if(number % 100 = 0, [0, 1], [1])) AS version FROM ${traces})`;
    const times = {
      created_at: 'created + toIntervalSecond(version)',
      updated_at: 'created + toIntervalSecond(version)',
      event_ts: 'created + toIntervalSecond(version)',
    };
    const spans = {
      project_id: 'project_id',
      trace_id: 'trace',
      span_id: `concat(trace, '-', toString(part))`,
      parent_span_id: `if(part = 0, '', concat(trace, '-0'))`,
      type: `if(part = 0, 'SPAN', 'GENERATION')`,
      start_time: 'happened + toIntervalSecond(part)',
      end_time: 'happened + toIntervalSecond(part + 1)',
      name: `if(part = 0, 'handle-request', 'llm-call')`,
      trace_name: NAMES,
      user_id: 'user',
      session_id: 'session',
      tags: `['beta']`,
      level: `'DEFAULT'`,
      provided_model_name: MODELS,
      model_parameters: `'{"temperature":0.2}'`,
      usage_details: USAGE,
      cost_details: COSTS,
      metadata_names: `['plan', 'region']`,
      metadata_values: `['pro', 'eu']`,
      input: TEXTS,
      output: TEXTS,
      source: `'otel'`,
      ...times,
    };
    const rows = `(SELECT *, arrayJoin([0, 1, 2]) AS part FROM ${versions})`;
    await executeStatement(
      url,
      `INSERT INTO events_full (${Object.keys(spans).join(', ')}) SELECT ${Object.values(spans).join(', ')} FROM ${rows}`,
    );
    const scores = scoreColumns(times);
    await executeStatement(
      url,
      `INSERT INTO scores (${Object.keys(scores).join(', ')}) SELECT ${Object.values(scores).join(', ')} FROM ${versions}`,
    );
  });
}
