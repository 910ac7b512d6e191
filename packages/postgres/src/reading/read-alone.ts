import { SourceDriftError, type RecordProblem } from '@sluice/core/source';
import { SlowStatementError, UnreadableRowError } from './source-error.js';

/** The keys of what could not be read together with its fields. */
interface Bare {
  readonly records: { readonly count: number; key(record: number): string };
}

/** What became of a step that fails although it looks at one row only. */
export interface Alone<Page> {
  readonly page: Page;
  /** Of the record in the page. */
  readonly problem?: RecordProblem;
}

/**
 * Explains why a single row cannot be read, from the same step without the record's fields. A value that cannot be read is
 * the problem of its record. A record that is too slow, or whose key cannot be found in time, needs somebody.
 */
export async function readAlone<Page extends Bare>(
  error: unknown,
  stream: string,
  readBare: () => Promise<Page>,
): Promise<Alone<Page>> {
  if (error instanceof UnreadableRowError)
    return { page: await readBare(), problem: { reason: `cannot be read: ${error.message}` } };
  if (!(error instanceof SlowStatementError && error.isTimeLimit)) throw error;
  let page: Page;
  try {
    page = await readBare();
  } catch (failure) {
    throw failure instanceof SlowStatementError ? tooSlow(failure, `finding one ${stream}`) : failure;
  }
  const { records } = page;
  if (records.count > 0) throw tooSlow(error, `reading the ${stream} ${records.key(0)} alone`);
  return { page };
}

/** Even the least that can be asked takes too long: somebody must act. */
export function tooSlow(error: SlowStatementError, what: string): SourceDriftError {
  const advice = 'raise statementTimeoutSeconds, and look for missing indexes with sluice check';
  return new SourceDriftError(`${what} takes longer than statementTimeoutSeconds: ${advice} (${error.message})`, {
    cause: error,
  });
}
