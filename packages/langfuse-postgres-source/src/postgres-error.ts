import { RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { postgresFailure, type FailureRule } from '@sluice/postgres';

const VERSIONS = 'Langfuse v2.60 to v2.95 is supported';

const RULES: readonly FailureRule[] = [
  ['40001', 'transient', 'the replica needed the rows that were being read, or a transaction conflicted'],
  ['0A000', 'transient', 'a table changed while it was read'],
  ['3D000', 'setup', 'correct the database name in url'],
  ['3F000', 'setup', 'correct schema= in url'],
  ['42P01', 'setup', `a table is missing: ${VERSIONS}; also check schema= in url`],
  ['42703', 'setup', `a column is missing: ${VERSIONS}`],
  ['42501', 'setup', 'grant the role SELECT on what the export needs (the README has a script)'],
];

/** What the engine should do about an error, by the contract of `Source`; the error itself when it is a bug. */
export function translatePostgresError(error: unknown, place: string): unknown {
  const failure = postgresFailure(error, RULES);
  if (failure === undefined || failure.kind === 'unknown') return error;
  const message = `${place}: ${failure.report}; ${failure.advice ?? 'the database cannot be reached'}`;
  if (failure.kind === 'credentials') return new RefusedError('credentials', message, { cause: error });
  if (failure.kind === 'setup') return new SourceDriftError(message, { cause: error });
  return new TransientError(message, { cause: error });
}
