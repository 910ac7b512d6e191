import { FIRST_TABLES, LATER_CHANGES } from './record-tables.js';
import { SPAN_TABLES, SPAN_VIEW } from './span-tables.js';
import { createStatement } from './table.js';

/** `v3.0.0` is the oldest with these tables, `v3` the newest of v3 (v3.225). */
export type LangfuseVersion = 'v3.0.0' | 'v3' | 'v4';

/** The statements that create Langfuse's tables of records in an empty ClickHouse database. */
export function clickHouseSchema(version: LangfuseVersion): readonly string[] {
  const first = FIRST_TABLES.map(createStatement);
  if (version === 'v3.0.0') return first;
  const changes = Object.entries(LATER_CHANGES).map(([name, actions]) => `ALTER TABLE ${name} ${actions.join(', ')}`);
  if (version === 'v3') return [...first, ...changes];
  return [...first, ...changes, ...SPAN_TABLES.map(createStatement), SPAN_VIEW];
}
