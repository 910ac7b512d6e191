import { insertProjects, insertRows, type SqlClient } from './insert-rows.js';
import { historyBatches, PROJECTS, type SeedHistoryOptions } from './history-batches.js';
import { PRICED_MODELS } from './model-prices.js';
import { PROMPTS } from './prompts.js';

/**
 * Fills a Langfuse database with a believable history: users with sessions, spans and generations of several models,
 * streamed and failed ones, scores of every kind, traces without a user, rows that arrived late and rows that changed
 * after they were created.
 */
export async function seedHistory(client: SqlClient, options: SeedHistoryOptions): Promise<void> {
  await insertProjects(client, PROJECTS);
  await insertRows(client, 'models', PRICED_MODELS.map(modelRow));
  await insertRows(client, 'prompts', PROMPTS.map(promptRow));
  for (const batch of historyBatches(options)) {
    for (const table of ['traces', 'observations', 'scores'] as const) {
      const rows = batch.flatMap((history): readonly object[] => history[table]);
      await insertRows(client, table, rows);
    }
  }
}

const LONG_AGO = { created_at: '2025-01-01', updated_at: '2025-01-01' };

function modelRow(model: (typeof PRICED_MODELS)[number]): object {
  const name = model.model_name;
  const identity = { id: `model-${name}-${model.start_date ?? 'always'}`, match_pattern: `(?i)^${name}$` };
  return { ...LONG_AGO, ...identity, unit: 'TOKENS', ...model };
}

function promptRow(prompt: (typeof PROMPTS)[number]): object {
  return { ...LONG_AGO, created_by: 'API', type: 'text', config: {}, ...prompt };
}
