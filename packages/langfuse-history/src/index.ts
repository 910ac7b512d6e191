export type { ExpectedCounts } from './expected-counts.js';
export { insertProjects, insertRows } from './insert-rows.js';
export {
  A_PROJECT_ID,
  aGeneration,
  aScore,
  aTrace,
  type ObservationRow,
  type ScoreRow,
  type TraceRow,
} from './langfuse-rows.js';
export { LANGFUSE_SCHEMA_SQL } from './langfuse-schema.js';
export { seedDatabase } from './seed-database.js';
export { seedHistory, type SeedHistoryOptions } from './seed-history.js';
