import { StateError, StateUnavailableError } from '@sluice/core/state';
import { postgresFailure, type FailureRule } from '@sluice/postgres';

const RULES: readonly FailureRule[] = [
  ['42501', 'setup', 'let the role own the schema, or grant it CREATE on the database for the first run'],
  ['42P01', 'setup', 'a table of the state is missing: restore it from a backup, or choose another schema'],
  ['42P07', 'setup', 'the schema has a table of this name that is not of the state: choose another schema'],
  ['42703', 'setup', 'a newer version has changed the tables of the state; use that version, or a newer one'],
];

const DEFAULT_ADVICE = 'is the database of the state up, and its address in url right?';

/** Whether a retry on a new connection may work. */
export function isPassing(error: unknown): boolean {
  return postgresFailure(error, RULES)?.kind === 'transient';
}

/** Whether a retry may work at once: the database could be reached. */
export function mayPassAtOnce(error: unknown): boolean {
  const failure = postgresFailure(error, RULES);
  return failure?.kind === 'transient' && !failure.isConnecting;
}

/** Where nothing was ever written there is neither a schema nor a table. */
export function isMissingTable(error: unknown): boolean {
  return ['42P01', '3F000'].includes(postgresFailure(error)?.code ?? '');
}

/** A `StateError` with what to do, or the error itself when it is a bug. */
export function translateError(error: unknown, doing: string, place: string): unknown {
  const failure = postgresFailure(error, RULES);
  if (failure === undefined) return error;
  const unsaved = doing === 'write' ? ' Unsaved work is exported again' : '';
  const advice = failure.advice ?? `${DEFAULT_ADVICE}${unsaved}`;
  const message = `cannot ${doing} the state in ${place}: ${failure.report}; ${advice}`;
  return failure.kind === 'transient'
    ? new StateUnavailableError(message, { cause: error })
    : new StateError(message, { cause: error });
}
