import { postgresFailure } from '@sluice/postgres';

/** What does not answer and what to do, for people. */
export function failureMessage(error: unknown, place: string): string {
  const failure = postgresFailure(error);
  if (failure === undefined) return `${place}: ${error instanceof Error ? error.message : String(error)}`;
  const advice = failure.advice ?? 'is the database of the scheduler up, and its address in url right?';
  return `cannot use pg-boss in ${place}: ${failure.report}; ${advice}`;
}
