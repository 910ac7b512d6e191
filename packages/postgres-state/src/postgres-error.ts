import { SluiceError, StateError } from '@sluice/core';

/** The codes of PostgreSQL (five characters; a shorter one stands for its class) that pass by themselves. */
const PASSING = ['08', '57P', '53', '58', '40', '57014', '55P03', '25006', '25P03'];

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
]);

/** What `pg` and knex say without a code when a connection fails. */
const NETWORK_MESSAGE =
  /timeout expired|Connection terminated|Connection ended|Client has encountered a connection error|Timeout acquiring a connection|Unable to acquire a connection|aborted|not queryable|read timeout/i;

const TLS_MESSAGE = /certificate|altnames|self.signed|SSL connections|SSL routines|no encryption/i;

const ADVICE = [
  ['28', 'check user, password and sslmode in url'],
  ['3D000', 'there is no such database: create it, or correct its name in url'],
  ['42501', 'the role lacks a right: let it own the schema, or grant it CREATE on the database for the first run'],
  ['42P01', 'a table of the state is gone: restore it from a backup, or choose another schema'],
  ['25006', 'the database is read-only: use the address of the primary'],
  ['53100', 'the disk of the database is full: free some space'],
  ['53300', 'the server has no free connection: allow more, or use a pooler'],
  ['55P03', 'a lock was not free in time'],
] as const;

/** Whether it may work when it is tried again, with a new connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof SluiceError || !(error instanceof Error)) return false;
  const code = codeOf(error);
  if (NETWORK.has(code) || PASSING.some((known) => code.startsWith(known))) return true;
  return !isPostgresCode(code) && !TLS_MESSAGE.test(error.message) && NETWORK_MESSAGE.test(error.message);
}

/** Where nothing was ever written there is no schema and no table. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof Error && ['42P01', '3F000'].includes(codeOf(error));
}

/** What went wrong with the database, and what to do about it. What is not of the database is returned: a bug. */
export function translateError(error: unknown, doing: string, place: string): unknown {
  if (error instanceof SluiceError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const isKnown = isPassing(error) || isPostgresCode(code) || TLS_MESSAGE.test(error.message);
  if (!isKnown) return error;
  return new StateError(`cannot ${doing} the state in ${place}: ${firstLine(error)}; ${adviceFor(code, error)}`, {
    cause: error,
  });
}

function adviceFor(code: string, error: Error): string {
  const known = ADVICE.find(([start]) => code.startsWith(start));
  if (known !== undefined) return known[1];
  if (TLS_MESSAGE.test(error.message)) return 'correct sslmode and sslrootcert in url, or the server’s certificate';
  return 'is the database of the state up, and its address in url right? What was not saved is exported again';
}

function codeOf(error: Error): string {
  const first = firstOf(error);
  return 'code' in first && typeof first.code === 'string' ? first.code : '';
}

function isPostgresCode(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** knex puts the statement before the message of an error, as `select … - the message`. */
function firstLine(error: Error): string {
  return (firstOf(error).message.split(' - ').at(-1) ?? '').split('\n')[0] ?? '';
}

/** Node tries every address of a host and reports the failures together. */
function firstOf(error: Error): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first : error;
}
