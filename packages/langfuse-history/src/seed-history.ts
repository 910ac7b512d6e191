import { insertProjects, insertRows, type SqlClient } from './insert-rows.js';
import { historyOfTrace, type HistoryPlan } from './trace-history.js';

export interface SeedHistoryOptions {
  readonly traces: number;
  /** The end of the history, in epoch milliseconds: every time in it is at least two hours older. */
  readonly now: number;
  /** Uniform in [0, 1); one seed gives one history. */
  readonly random: () => number;
  /** Default: 30 days. */
  readonly historyMs?: number;
}

const HOUR_MS = 3_600_000;
const TRACES_PER_BATCH = 1000;

const PROJECTS = [
  { id: 'proj-support', name: 'Support assistant' },
  { id: 'proj-search', name: 'Search' },
];

/** As in Langfuse's own price list: prices per unit, with and without a total price, and one that changed. */
const MODELS = [
  price('gpt-4o', { input_price: '0.0000025', output_price: '0.00001' }),
  price('gpt-4o-mini', { input_price: '0.00000015', output_price: '0.0000006' }),
  price('claude-3-5-sonnet', { input_price: '0.000003', output_price: '0.000015' }),
  price('claude-3-5-sonnet', { input_price: '0.0000024', output_price: '0.000012', start_date: '2026-01-01' }),
  price('text-embedding-3-small', { total_price: '0.00000002' }),
];

/**
 * Fills a Langfuse database with a believable history: users with sessions, spans and generations of several models,
 * streamed and failed ones, scores of every kind, traces without a user, rows that arrived late and rows that changed
 * after they were created.
 */
export async function seedHistory(client: SqlClient, options: SeedHistoryOptions): Promise<void> {
  const { now, random, historyMs = 30 * 24 * HOUR_MS } = options;
  const latest = now - 2 * HOUR_MS;
  await insertProjects(client, PROJECTS);
  await insertRows(client, 'models', MODELS);
  await insertRows(client, 'prompts', [aPrompt(1), aPrompt(2)]);

  const plan: HistoryPlan = { random, latest, projectIds: PROJECTS.map((project) => project.id) };
  for (let start = 0; start < options.traces; start += TRACES_PER_BATCH) {
    const batch = Array.from({ length: Math.min(TRACES_PER_BATCH, options.traces - start) }, (_, offset) => {
      const position = (start + offset) / options.traces;
      return historyOfTrace(plan, start + offset, latest - historyMs + position * (historyMs - HOUR_MS));
    });
    for (const table of ['traces', 'observations', 'scores'] as const) {
      const rows = batch.flatMap((history): readonly object[] => history[table]);
      await insertRows(client, table, rows);
    }
  }
}

function price(modelName: string, prices: Readonly<Record<string, string>>): object {
  return {
    id: `model-${modelName}-${prices['start_date'] ?? 'always'}`,
    created_at: '2025-01-01',
    updated_at: '2025-01-01',
    model_name: modelName,
    match_pattern: `(?i)^${modelName}$`,
    unit: 'TOKENS',
    ...prices,
  };
}

function aPrompt(version: number): object {
  return {
    id: `prompt-${version}`,
    created_at: '2025-01-01',
    updated_at: '2025-01-01',
    project_id: 'proj-support',
    created_by: 'API',
    name: 'answer-question',
    version,
    type: 'text',
    config: {},
  };
}
