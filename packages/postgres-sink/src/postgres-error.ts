import { RefusedError, TransientError, type SluiceError } from '@sluice/core/adapter';
import { InvalidRequestError } from '@sluice/core/sink';
import { postgresFailure, type FailureRule } from '@sluice/postgres';

const SEE_CHECK = 'sluice check prints the statements that help';

const RULES: readonly FailureRule[] = [
  ['3F000', 'setup', `the schema is missing: ${SEE_CHECK}`],
  ['42P01', 'setup', `the table is missing: ${SEE_CHECK}`],
  ['42703', 'setup', `a column is missing: ${SEE_CHECK}`],
  ['42P10', 'setup', 'the table needs a primary key or a unique constraint on event and uuid'],
  ['42501', 'setup', `the role lacks a right on the table: ${SEE_CHECK}`],
  ['42809', 'setup', 'this is not a table, or a column of it is generated'],
  ['428C9', 'setup', 'a column of the table is generated: the mapping must not set it'],
];

/**
 * A value, a row or its size is at fault: classes 22, 23, 44 and 54 of
 * https://www.postgresql.org/docs/current/errcodes-appendix.html, and what triggers raise: class P0, and codes that Postgres
 * does not have.
 */
const OF_THE_EVENTS = /^(?=[0-9A-Z]{5}$)(?:22|23|44|54|(?!F0|HV|XX)[A-Z]|[689])/;

const MEANINGS: readonly (readonly [code: string, meaning: string])[] = [
  ['22P05', 'a text has a character that the database cannot store'],
  ['22021', 'a text has a character that the database cannot store'],
  ['22001', 'a text is too long for its column'],
  ['22003', 'a number is out of the range of its column'],
  ['22008', 'a time is out of range'],
  ['22007', 'a time has a form that Postgres does not know'],
  ['22', 'a value does not fit the type of its column'],
  ['23502', 'a column that must not be null has no value'],
  ['23514', 'a check of the table fails'],
  ['23503', 'a row that the table refers to is missing'],
  ['23505', 'a unique constraint besides that of event and uuid is violated'],
  ['23', 'a constraint of the table is violated'],
  ['54', 'a value is too large for the table or an index of it'],
  ['44', 'a check of the table fails'],
];

/** Whether an error says that the events are at fault, and not the database or the table. */
export function isOfTheEvents(error: unknown): boolean {
  const failure = postgresFailure(error, RULES);
  if (failure === undefined || failure.isConnecting || failure.kind === 'transient') return false;
  return OF_THE_EVENTS.test(failure.code);
}

/**
 * What the engine should do about an error of Postgres, by the contract of `Sink`; the error itself when it is a bug. What
 * is said of events names columns and no value. `column`: the one that is known to be at fault.
 */
export function translatePostgresError(error: unknown, place: string, column?: string): unknown {
  const failure = postgresFailure(error, RULES);
  if (failure === undefined) return error;
  if (isOfTheEvents(error)) return invalidRequest(error, failure.code, column);
  return errorFor(failure.kind, `${place}: ${failure.report}; ${failure.advice ?? adviceFor(failure.kind)}`, error);
}

function errorFor(kind: string, message: string, cause: unknown): SluiceError {
  if (kind === 'transient') return new TransientError(message, { cause });
  return new RefusedError(kind === 'credentials' ? 'credentials' : 'restricted', message, { cause });
}

/** An unknown failure comes from what the database has added to the table, such as a trigger. */
function adviceFor(kind: string): string {
  return kind === 'transient'
    ? 'the database cannot be reached'
    : 'check the table, its triggers and its rules with sluice check';
}

function invalidRequest(error: unknown, code: string, known: string | undefined): InvalidRequestError {
  const meaning = MEANINGS.find(([start]) => code.startsWith(start))?.[1] ?? 'a trigger of the table raises an error';
  const column = named(error, 'column') ?? known;
  const constraint = named(error, 'constraint');
  const where = [
    ...(column === undefined ? [] : [`column ${column}`]),
    ...(constraint === undefined ? [] : [`constraint ${constraint}`]),
  ];
  // The error itself quotes the value: it is not passed on as the cause.
  return new InvalidRequestError(`${where.length === 0 ? '' : `${where.join(', ')}: `}${meaning} (${code})`);
}

/** What an error of Postgres is about, where it says so. */
function named(error: unknown, part: 'column' | 'constraint'): string | undefined {
  const name: unknown = error instanceof Error ? Reflect.get(error, part) : undefined;
  return typeof name === 'string' ? name : undefined;
}
