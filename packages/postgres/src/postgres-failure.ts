import { SluiceError } from '@sluice/core/adapter';

/**
 * What a failure calls for. `transient`: it may pass by itself. `credentials`: the server refuses the user. `setup`: the
 * URL, the server or the database must be changed. `unknown`: the server reports what no rule expects.
 */
export type FailureKind = 'transient' | 'credentials' | 'setup' | 'unknown';

export interface PostgresFailure {
  readonly kind: FailureKind;
  /** Five characters from PostgreSQL, a name such as `ECONNRESET` from Node.js, or empty. */
  readonly code: string;
  /** One line: what the server, the driver or the network reports. */
  readonly report: string;
  /** What it means, or what to do; undefined when the database cannot be reached, or the code is unknown. */
  readonly advice: string | undefined;
}

/** A connection could not be made, for the reason in `cause`. */
export class ConnectError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A code, or the start of codes, with what it calls for and what to do. */
export type FailureRule = readonly [code: string, kind: FailureKind, advice: string];

const CODES: readonly FailureRule[] = [
  ['57014', 'transient', 'a statement took longer than statementTimeoutSeconds, or was cancelled'],
  ['55P03', 'transient', 'a lock was not free in time'],
  ['40', 'transient', 'a transaction conflicted with another'],
  ['08', 'transient', 'the connection broke'],
  ['57P', 'transient', 'the server is stopping or starting, or closed the connection'],
  ['25006', 'transient', 'the database is read-only: use the address of the primary'],
  ['25P03', 'transient', 'the transaction was idle for too long'],
  ['53100', 'transient', 'the disk of the database is full: free some space'],
  ['53300', 'transient', 'the server has no free connection: allow more, or use a pooler'],
  ['53', 'transient', 'the server is out of connections, memory or disk'],
  ['58', 'transient', 'the server has a system error'],
  ['XX000', 'transient', 'the server has an internal error'],
  ['28', 'credentials', 'check user, password and sslmode in url'],
  ['3D000', 'setup', 'there is no such database: create it, or correct its name in url'],
  ['42501', 'setup', 'the role lacks a permission'],
];

/** What servers and poolers report under codes that also mean something else. */
const SERVER_REPORTS: readonly (readonly [RegExp, FailureKind, string])[] = [
  [/statement pooling/i, 'setup', 'the pooler is in statement mode: use a pool in transaction or session mode'],
  [/unsupported startup parameter/i, 'setup', 'the pooler does not pass on the options in url: remove them'],
  [
    /tenant(?:\/| or )user|no tenant identifier/i,
    'credentials',
    'the user of a Supabase pooler is role.project: check the user in url',
  ],
  [/empty password/i, 'credentials', 'add the password to url'],
];

/** What the driver, the pool and TLS report without a code of PostgreSQL. */
const CLIENT_REPORTS: readonly (readonly [RegExp, FailureKind, string | undefined])[] = [
  [/asks for a password/, 'credentials', 'add the password to url'],
  [/^SASL|channel binding/i, 'credentials', 'check user, password and channel_binding in url'],
  [/no server in url is/, 'transient', 'check target_session_attrs in url if this persists'],
  [
    /certificate|altnames|self.signed|SSL connections|SSL routines|no encryption/i,
    'setup',
    'correct sslmode and sslrootcert in url, or the server’s certificate',
  ],
  [
    /timeout expired|Connection terminated|Connection ended|Client has encountered a connection error|Timeout acquiring a connection|Unable to acquire a connection|operation timed out|establishing an SSL connection|aborted|not queryable|socket|read timeout/i,
    'transient',
    undefined,
  ],
];

const NETWORK_CODES =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EHOST(?:UNREACH|DOWN)|ENET(?:UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EADDRNOTAVAIL)$/;

/** What a Unix socket that is not there yet leads to. Elsewhere these codes are about files. */
const SOCKET_CODES = /^(?:ENOENT|EACCES|EPERM)$/;

/**
 * What an error of `pg`, knex or the network means. Undefined for any other error: a bug. An adapter's own rules take
 * precedence.
 */
export function postgresFailure(error: unknown, rules: readonly FailureRule[] = []): PostgresFailure | undefined {
  if (error instanceof SluiceError || !(error instanceof Error)) return undefined;
  const first = firstOf(error instanceof ConnectError ? error.cause : error);
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  const report = firstLine(first);
  const meaning = meaningOf(first, code, report, rules);
  if (meaning !== undefined) return { kind: meaning[0], code, report, advice: meaning[1] };
  return error instanceof ConnectError ? { kind: 'setup', code, report, advice: 'check url' } : undefined;
}

/** Whether a connection of the other kind, encrypted or not, may be accepted. */
export function mayWorkOtherwise(error: unknown, isEncrypted: boolean): boolean {
  if (!(error instanceof Error)) return false;
  const failure = postgresFailure(error);
  // The server has no rule for a connection of this kind.
  if (failure?.code === '28000') return true;
  return isEncrypted && failure?.kind === 'setup' && !isPostgresCode(failure.code);
}

function meaningOf(
  error: Error,
  code: string,
  report: string,
  rules: readonly FailureRule[],
): readonly [FailureKind, advice: string | undefined] | undefined {
  const isConnecting = 'syscall' in error && error.syscall === 'connect';
  if (NETWORK_CODES.test(code) || (isConnecting && SOCKET_CODES.test(code))) return ['transient', undefined];
  const isFromServer = isPostgresCode(code);
  const reported = (isFromServer ? SERVER_REPORTS : CLIENT_REPORTS).find(([pattern]) => pattern.test(report));
  if (reported !== undefined) return [reported[1], reported[2]];
  if (!isFromServer) return undefined;
  const rule = [...rules, ...CODES].find(([start]) => code.startsWith(start));
  return rule === undefined ? ['unknown', undefined] : [rule[1], rule[2]];
}

function isPostgresCode(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** knex puts the statement before the message of an error, as `select … - the message`. */
function firstLine(error: Error): string {
  return (error.message.split(' - ').at(-1) ?? '').split('\n')[0] ?? '';
}

/** Node tries every address of a host and reports the failures together. */
function firstOf(error: unknown): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (first instanceof Error) return first;
  return error instanceof Error ? error : new Error(String(error));
}
