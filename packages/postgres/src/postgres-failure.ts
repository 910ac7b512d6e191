import { SluiceError } from '@sluice/core/adapter';
import { NOT_POSTGRES } from './message-check.js';

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
  /** Whether no statement was sent yet. */
  readonly isConnecting: boolean;
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

const USER_AND_PASSWORD = 'check user, password and sslmode in url';

const CODES: readonly FailureRule[] = [
  ['57014', 'transient', 'a statement took longer than statementTimeoutSeconds, or was cancelled'],
  ['55P03', 'transient', 'a lock was not free in time'],
  ['40', 'transient', 'a transaction conflicted with another'],
  ['08', 'transient', 'the connection was lost'],
  ['57P', 'transient', 'the server is stopping or starting, or closed the connection'],
  ['25006', 'transient', 'the database is read-only: use the address of the primary'],
  ['25P03', 'transient', 'the transaction was idle for too long'],
  ['25P04', 'transient', 'a transaction took longer than the server’s transaction_timeout'],
  ['53100', 'transient', 'the disk of the database is full: free some space'],
  ['53300', 'transient', 'the server has no free connection: allow more, or use a pooler'],
  ['53', 'transient', 'the server is out of connections, memory or disk'],
  ['55000', 'transient', 'the server cannot do this now'],
  ['58', 'transient', 'the server has a system error'],
  ['72000', 'transient', 'the rows that were being read are gone: they will be read again'],
  ['XX000', 'transient', 'the server has an internal error'],
  ['XX', 'setup', 'the database is damaged: see the log of the server'],
  ['P0001', 'setup', 'a function or a trigger of the database refuses this'],
  ['54', 'setup', 'a limit of the server is exceeded'],
  ['28', 'credentials', USER_AND_PASSWORD],
  ['3D000', 'setup', 'there is no such database: create it, or correct its name in url'],
  ['42501', 'setup', 'the role lacks a permission'],
];

const ASK_FOR_TLS = 'the server wants an encrypted connection: add sslmode=require to url';

/** Elsewhere a report can quote values of the database. */
const REPORTING_CODES = /^(?:08|28|3D|53|55|XX000)/;

/** What servers and poolers report under codes that also mean something else: PgBouncer, Supabase, Neon, Azure. */
const SERVER_REPORTS: readonly (readonly [RegExp, FailureKind, string])[] = [
  [/statement pooling/i, 'setup', 'the pooler is in statement mode: use a pool in transaction or session mode'],
  [/unsupported startup parameter/i, 'setup', 'the pooler does not pass on the options in url: remove them'],
  [
    /not (?:currently )?accept(?:ing)? connections|not allow connections/i,
    'transient',
    'the database is closed for now',
  ],
  [/server_login_retry|login has been failing/i, 'transient', 'the pooler cannot log in to the server'],
  [
    /EMAXCONN|ECHECKOUTTIMEOUT|max(?:_| )client|query_wait_timeout|no more connections/i,
    'transient',
    'the pooler has no free connection: allow more, or use fewer elsewhere',
  ],
  [
    /tenant(?:\/| or )user|no tenant identifier/i,
    'credentials',
    'the user of a Supabase pooler is role.project: check the user in url',
  ],
  [
    /allow_?list|EADDRNOTALLOWED|IP address .* not allowed/i,
    'setup',
    'allow the address of this machine at the provider',
  ],
  [/ESSLREQUIRED|SSL (?:connection )?(?:is )?required|connection is insecure/i, 'setup', ASK_FOR_TLS],
  [/endpoint ID is not specified/i, 'setup', 'add options=endpoint%3D and the first part of the host name to url'],
  [/endpoint (?:has been|is) (?:disabled|suspended)/i, 'setup', 'enable the endpoint at the provider'],
  [
    /(?:endpoint|project|branch) (?:could )?not (?:be )?found|inconsistent project name|endpoint could not be found/i,
    'setup',
    'check the host in url',
  ],
  [/exceeded the .*quota/i, 'setup', 'the provider has stopped the database: raise its quota'],
  [/empty password/i, 'credentials', 'add the password to url'],
  [/EAUTHQUERY|EINVALIDUSER|ECIRCUITBREAKER|too many authentication failures/i, 'credentials', USER_AND_PASSWORD],
  [/no such user|(?:password|SASL|LDAP|PAM) authentication failed|auth failed/i, 'credentials', USER_AND_PASSWORD],
  [/no such database/i, 'setup', 'correct the name of the database in url, or add it to the pooler'],
  [
    /no pg_hba\.conf entry/i,
    'credentials',
    'the server’s pg_hba.conf has no rule for this user, database, address and encryption: add one, or change sslmode in url',
  ],
];

/** What the driver, the pool and TLS report without a code of PostgreSQL. */
const CLIENT_REPORTS: readonly (readonly [RegExp, FailureKind, string | undefined])[] = [
  [/asks for a password/, 'credentials', 'add the password to url'],
  [
    /authenticationOk message type/,
    'credentials',
    'the server asks this role for something other than a password, such as GSSAPI: change its rule in pg_hba.conf',
  ],
  [/^SASL|channel binding/i, 'credentials', 'check user, password and channel_binding in url'],
  [/no server in url is/, 'transient', 'check target_session_attrs in url if this persists'],
  [/not yet valid/i, 'setup', 'check the clock of this machine, and then the certificate of the server'],
  [/has expired/i, 'setup', 'renew the certificate of the server, or correct the clock of this machine'],
  [/altnames|does not match certificate/i, 'setup', 'use a host in url whose name is in the certificate of the server'],
  [
    /self.signed|unable to (?:get|verify)|issuer/i,
    'setup',
    'if a private authority has signed the certificate, add sslrootcert=/path/to/its/certificate.pem to url, or set NODE_EXTRA_CA_CERTS',
  ],
  [/SSL connections/i, 'setup', 'the server offers no TLS: enable it there, or correct sslmode in url'],
  [
    /certificate|SSL routines|no encryption/i,
    'setup',
    'correct sslmode, sslrootcert, sslcert and sslkey in url, or the certificate of the server',
  ],
  [
    /timeout expired|Connection terminated|Connection ended|Client has encountered a connection error|Timeout acquiring a connection|Unable to acquire a connection|operation timed out|establishing an SSL connection|aborted|not queryable|socket|read timeout|after a stream was destroyed|write after end/i,
    'transient',
    undefined,
  ],
];

const NETWORK_CODES =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EHOST(?:UNREACH|DOWN)|ENET(?:UNREACH|DOWN|RESET)|ENOTFOUND|EAI_\w+|EPIPE|ETIMEDOUT|EADDRNOTAVAIL|ERR_(?:SOCKET|STREAM)_\w+)$/;

/** Calls whose failures are about the network, whatever their code: a socket of Unix that is not there yet, no file handles. */
const NETWORK_CALLS = new Set(['connect', 'socket', 'getaddrinfo']);

const NO_HANDLE = 'this process has no free file handle: raise its limit (ulimit -n)';

/**
 * What an error of `pg`, knex or the network means. Undefined for any other error: a bug. An adapter's own rules take
 * precedence.
 */
export function postgresFailure(error: unknown, rules: readonly FailureRule[] = []): PostgresFailure | undefined {
  if (error instanceof SluiceError || !(error instanceof Error)) return undefined;
  const first = firstOf(error instanceof ConnectError ? error.cause : error);
  const code = 'code' in first && typeof first.code === 'string' ? first.code : '';
  const isConnecting = error instanceof ConnectError;
  const report = firstLine(first, isConnecting);
  if (report === NOT_POSTGRES) return { code, report, isConnecting, ...notPostgres(isConnecting) };
  const meaning = meaningOf(first, code, report, isConnecting ? rules.filter(isForConnecting) : rules);
  if (isConnecting && (meaning === undefined || meaning[0] === 'unknown')) {
    return { kind: 'setup', code, report, isConnecting, advice: 'check url' };
  }
  return meaning && { kind: meaning[0], code, report, isConnecting, advice: meaning[1] };
}

/** Whether it is pg's own limit: a network stopped passing on what the server sends, or this process was frozen. */
export function isReadTimeout(error: unknown): boolean {
  return postgresFailure(error)?.report === 'Query read timeout';
}

/** Most rules of an adapter are about its statements: while connecting, such a code means something else. */
function isForConnecting([code]: FailureRule): boolean {
  return /^(?:08|28|3D|53|57)/.test(code);
}

/** Whether a connection of the other kind, encrypted or not, may be accepted. */
export function mayWorkOtherwise(error: unknown, isEncrypted: boolean): boolean {
  if (!(error instanceof Error)) return false;
  const failure = postgresFailure(error);
  // The server has no rule for a connection of this kind.
  if (failure?.code === '28000') return true;
  if (failure?.report === NOT_POSTGRES) return false;
  return isEncrypted && failure?.kind === 'setup' && !isPostgresCode(failure.code);
}

function meaningOf(
  error: Error,
  code: string,
  report: string,
  rules: readonly FailureRule[],
): readonly [FailureKind, advice: string | undefined] | undefined {
  const isOfNetwork = 'syscall' in error && NETWORK_CALLS.has(String(error.syscall));
  if (NETWORK_CODES.test(code) || isOfNetwork) return ['transient', /^E[MN]FILE$/.test(code) ? NO_HANDLE : undefined];
  const isFromServer = isPostgresCode(code);
  const reports = isFromServer ? (REPORTING_CODES.test(code) ? SERVER_REPORTS : []) : CLIENT_REPORTS;
  const reported = reports.find(([pattern]) => pattern.test(report));
  if (reported !== undefined) return [reported[1], reported[2]];
  if (!isFromServer) return undefined;
  const rule = [...rules, ...CODES].find(([start]) => code.startsWith(start));
  if (rule !== undefined) return [rule[1], rule[2]];
  // Syntax errors and unknown names are bugs. Anything else has its cause in this database or its extensions.
  return code.startsWith('42') ? ['unknown', undefined] : ['setup', `the server refuses this with code ${code}`];
}

/** At the start it is another kind of server; later the bytes were changed on the way. */
function notPostgres(isConnecting: boolean): Pick<PostgresFailure, 'kind' | 'advice'> {
  if (!isConnecting)
    return { kind: 'transient', advice: 'something between this machine and the server changes its answers' };
  return {
    kind: 'setup',
    advice: 'check host and port in url; a server that begins with TLS needs sslnegotiation=direct',
  };
}

function isPostgresCode(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}

/** knex puts the statement before the message of an error, as `select … - the message`. There is none while connecting. */
function firstLine(error: Error, isConnecting: boolean): string {
  const message = isConnecting || 'syscall' in error ? error.message : (error.message.split(' - ').at(-1) ?? '');
  return message.split('\n')[0] ?? '';
}

/** Node tries every address of a host and reports the failures together. */
function firstOf(error: unknown): Error {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (first instanceof Error) return first;
  return error instanceof Error ? error : new Error(String(error));
}
