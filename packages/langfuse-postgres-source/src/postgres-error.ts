import { RefusedError, SluiceError, SourceDriftError, TransientError } from '@sluice/core';

/** The codes of PostgreSQL (five characters; a shorter one stands for its class) and of Node, and what they mean. */
const TRANSIENT = [
  ['57014', 'a statement took longer than statementTimeoutSeconds, or was cancelled'],
  ['55P03', 'a lock was not free within lockTimeoutSeconds'],
  ['40001', 'the replica needed the rows that were being read, or a transaction conflicted'],
  ['40', 'a transaction conflicted'],
  ['08', 'the connection broke'],
  ['57P', 'the server is stopping, starting or cut the connection'],
  ['25006', 'the server is read-only'],
  ['53', 'the server is out of connections, memory or disk'],
  ['58', 'the server has a system error'],
  ['0A000', 'a table changed while it was read'],
  ['XX000', 'the server has an internal error'],
] as const;

const DRIFTED = [
  ['3D000', 'there is no such database: correct its name in url'],
  ['3F000', 'there is no such schema: correct schema= in url'],
  ['42P01', 'a table is missing: is this a Langfuse v2 database (v2.60 to v2.95), and is schema= in url right?'],
  ['42703', 'a column is missing: Langfuse v2.60 to v2.95 is supported'],
  ['42501', 'the role may not read what the export needs: grant it SELECT (see the README for a script)'],
] as const;

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
  /timeout expired|Connection terminated|Connection ended|Client has encountered a connection error|Timeout acquiring a connection|Unable to acquire a connection|aborted|not queryable|socket|read timeout/i;

const TLS_MESSAGE = /certificate|altnames|self.signed|SSL connections|SSL routines/i;

/**
 * What the engine should do about an error of `pg` or knex, by the contract of `Source`. `place` names the database for
 * people: `db.example.com:5432/langfuse`. An error that is not known is returned as it is: a bug.
 */
export function translatePostgresError(error: unknown, place: string): unknown {
  if (error instanceof SluiceError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const said = `${place}: ${firstLine(error)}`;
  if (code.startsWith('28')) {
    return new RefusedError('credentials', `${said}. Check user and password in url`, { cause: error });
  }
  const drift = DRIFTED.find(([known]) => known === code);
  if (drift !== undefined) return new SourceDriftError(`${said}; ${drift[1]}`, { cause: error });
  const transient = TRANSIENT.find(([known]) => code.startsWith(known));
  if (transient !== undefined) return new TransientError(`${said}; ${transient[1]}`, { cause: error });
  if (NETWORK.has(code)) return new TransientError(`${said}; the database cannot be reached`, { cause: error });
  if (isPostgresCode(code)) return error;
  if (TLS_MESSAGE.test(error.message)) {
    return new SourceDriftError(`${said}; correct sslmode and sslrootcert in url, or the server’s certificate`, {
      cause: error,
    });
  }
  return NETWORK_MESSAGE.test(error.message) ? new TransientError(said, { cause: error }) : error;
}

/** The server has no access rule for a connection of this kind: encrypted, or not. */
export function isRefusedByRule(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '28000';
}

/** There is no encrypted connection: the server offers none, or both sides could not agree. */
export function isTlsFailure(error: unknown): boolean {
  return error instanceof Error && !isPostgresCode(codeOf(error)) && TLS_MESSAGE.test(error.message);
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
