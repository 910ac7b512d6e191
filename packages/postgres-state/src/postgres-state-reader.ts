import {
  StateError,
  EMPTY_STATE,
  storedState,
  type DeadLetter,
  type PipelineState,
  type StateReader,
} from '@sluice/core/state';
import type { Database, Query } from '@sluice/postgres';
import { hasTable } from './has-table.js';
import { isMissingTable, translateError } from './postgres-error.js';
import { readDeadLetters, type LetterPage } from './stored-dead-letters.js';
import { readDigests } from './stored-digests.js';
import type { PipelineRow } from './stored-lease.js';
import { readParts } from './stored-parts.js';
import { readHolders } from './stored-workers.js';

/**
 * Reads a pipeline's state, also while a writer changes it. Where there are no tables yet, it is empty. `withDatabase`
 * connects for one method at a time, because a reader is never closed.
 */
export function postgresStateReader(
  row: PipelineRow,
  withDatabase: <T>(work: (database: Pick<Database, 'read' | 'place'>) => Promise<T>) => Promise<T>,
): StateReader {
  const read = async <T>(work: (query: Query) => Promise<T>, empty: T): Promise<T> =>
    withDatabase((database) => readStored(database, work, empty));
  return {
    read: () => read((query) => readState(query, row), EMPTY_STATE),
    deadLetters: () => letters((after) => read((query) => readDeadLetters(query, row, after), { letters: [] })),
    digests: (stream, from, until) => read((query) => readDigests(query, row, [stream, from, until]), []),
    holder: () => read(async (query) => (await readHolders(query, row))?.holder, undefined),
  };
}

/** Where there are no tables yet, everything is `empty`. */
export async function readStored<T>(
  database: Pick<Database, 'read' | 'place'>,
  work: (query: Query) => Promise<T>,
  empty: T,
): Promise<T> {
  try {
    return await database.read(work);
  } catch (error) {
    if (isMissingTable(error)) return empty;
    throw translateError(error, 'read', database.place);
  }
}

async function readState(query: Query, row: PipelineRow): Promise<PipelineState> {
  const written = (await hasTable(query, row.schema, 'state_parts'))
    ? await readParts(query, row)
    : await formerState(query, row);
  return checkedState(written, row);
}

/** The state that was written, `EMPTY_STATE` for none. */
export function checkedState(written: unknown, { schema, pipeline }: PipelineRow): PipelineState {
  if (written === undefined) return EMPTY_STATE;
  const { data } = storedState.safeParse(written);
  if (data !== undefined) return data;
  throw new StateError(
    `the state of pipeline "${pipeline}" in schema ${schema} was changed by hand, or another version wrote it; use the ` +
      'version that wrote it or a newer one, or put the schema back from a backup',
  );
}

async function formerState(query: Query, { schema, pipeline }: PipelineRow): Promise<unknown> {
  const [row] = await query<{ readonly state: unknown }>(`SELECT state FROM "${schema}".pipelines WHERE name = ?`, [
    pipeline,
  ]);
  return row?.state ?? undefined;
}

async function* letters(readPage: (after: string) => Promise<LetterPage>): AsyncGenerator<DeadLetter> {
  for (let after: string | undefined = '0'; after !== undefined;) {
    const page: LetterPage = await readPage(after);
    yield* page.letters;
    ({ after } = page);
  }
}
