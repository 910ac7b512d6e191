import type { DeadLetter, DeadLetterChange } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { jsonText } from './json-text.js';
import type { PipelineRow } from './stored-lease.js';

const PAGE_SIZE = 500;

interface LetterRow {
  readonly number: string;
  readonly letter: DeadLetter;
}

export interface LetterPage {
  readonly letters: readonly DeadLetter[];
  /** Where the next page begins; undefined after the last. */
  readonly after?: string | undefined;
}

/** Open dead letters, oldest first, in pages, so that no transaction stays open while the caller handles one. */
export async function readDeadLetters(
  query: Query,
  { schema, pipeline }: PipelineRow,
  after: string,
): Promise<LetterPage> {
  const rows = await query<LetterRow>(
    `SELECT number, letter FROM "${schema}".dead_letters WHERE pipeline = ? AND number > ? ORDER BY number LIMIT ?`,
    [pipeline, after, PAGE_SIZE],
  );
  const last = rows.length === PAGE_SIZE ? rows.at(-1) : undefined;
  return { letters: rows.map(({ letter }) => letter), after: last?.number };
}

/** Which of these dead letters are open. */
export async function openAmong(
  query: Query,
  { schema, pipeline }: PipelineRow,
  ids: ReadonlySet<string>,
): Promise<readonly string[]> {
  const rows = await query<{ readonly id: string }>(
    `SELECT id FROM "${schema}".dead_letters WHERE pipeline = ? AND id = ANY(?::text[])`,
    [pipeline, [...ids]],
  );
  return rows.map(({ id }) => id);
}

/** A closed one is deleted: it can hold personal data, and the history remembers that it was closed. */
export async function changeDeadLetters(query: Query, { schema, pipeline }: PipelineRow, change: DeadLetterChange) {
  const table = `"${schema}".dead_letters`;
  if (change.kind === 'clear-all') return query(`DELETE FROM ${table} WHERE pipeline = ?`, [pipeline]);
  if (change.kind === 'close') {
    return query(`DELETE FROM ${table} WHERE pipeline = ? AND id = ANY(?::text[])`, [pipeline, change.ids]);
  }
  const { deadLetters } = change;
  return query(
    `INSERT INTO ${table} (pipeline, id, letter)
     SELECT ?, id, letter FROM unnest(?::text[], ?::json[]) WITH ORDINALITY AS added(id, letter, place) ORDER BY place`,
    [pipeline, deadLetters.map(({ id }) => id), deadLetters.map(jsonText)],
  );
}
