import { EMPTY_STATE, type DeadLetter, type StateReader } from '@sluice/core';
import type { Database, Query } from './database.js';
import { isMissingTable, translateError } from './postgres-error.js';
import { readDeadLetters } from './stored-dead-letters.js';
import { readDigests } from './stored-digests.js';
import { readLease, readState } from './stored-pipeline.js';

/** What a reader reads in. */
export interface ReaderContext {
  readonly schema: string;
  /** Connected for one method's time: a reader has no end at which it could give a connection back. */
  readonly withDatabase: <T>(work: (database: Database) => Promise<T>) => Promise<T>;
}

/** Reads a pipeline's state, with or without a writer at work. Where no table is yet, there is nothing yet. */
export function postgresStateReader(pipeline: string, { schema, withDatabase }: ReaderContext): StateReader {
  const read = async <T>(work: (query: Query) => Promise<T>, nothing: T): Promise<T> =>
    withDatabase(async (database) => {
      try {
        return await database.read(work);
      } catch (error) {
        if (isMissingTable(error)) return nothing;
        throw translateError(error, 'read', database.place);
      }
    });
  return {
    read: () => read((query) => readState(query, schema, pipeline), EMPTY_STATE),
    deadLetters: () => letters((after) => read((query) => readDeadLetters(query, schema, pipeline, after), NO_LETTERS)),
    digests: (stream, from, until) => read((query) => readDigests(query, schema, [pipeline, stream, from, until]), []),
    holder: () => read(async (query) => (await readLease(query, schema, pipeline))?.holder, undefined),
  };
}

const NO_LETTERS = { letters: [] };

async function* letters(readPage: (after: string) => ReturnType<typeof readDeadLetters>): AsyncGenerator<DeadLetter> {
  for (let after: string | undefined = '0'; after !== undefined;) {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(after);
    yield* page.letters;
    ({ after } = page);
  }
}
