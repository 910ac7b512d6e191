import { ConfigError, RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';

/** A statement took too long or too much of the server. A smaller one may not. */
export class HeavyStatementError extends TransientError {}

type Kind = 'heavy' | 'transient' | 'credentials' | 'drift' | 'config';

const VERSIONS = 'Langfuse v3 and v4 are supported';

/** By ClickHouse's own codes (`system.errors`): what the engine should do, and what a person should. */
const RULES: Readonly<Record<number, readonly [kind: Kind, advice: string]>> = {
  158: ['heavy', 'the user may not read so many rows at once'],
  159: ['heavy', 'the statement exceeded its time limit'],
  160: ['heavy', 'the statement is slower than the server allows'],
  173: ['heavy', 'the server has no more memory for it'],
  191: ['heavy', 'the server limits the size of sets'],
  241: ['heavy', 'the server has no more memory for it'],
  307: ['heavy', 'the user may not read so many bytes at once'],
  396: ['heavy', 'the user may not ask for so many rows at once'],
  777: ['heavy', 'the server has no more memory for it'],
  778: ['heavy', 'the server has no more memory for it'],
  3: ['transient', 'the answer was cut off'],
  32: ['transient', 'the answer was cut off'],
  95: ['transient', 'the network connection was lost'],
  201: ['transient', 'the quota of the user is used up'],
  202: ['transient', 'the server runs too many statements'],
  203: ['transient', 'the server is busy'],
  209: ['transient', 'the network is slow'],
  210: ['transient', 'the network connection was lost'],
  225: ['transient', 'the cluster has lost its connection to Keeper'],
  236: ['transient', 'the statement was cancelled'],
  243: ['transient', 'a disk of the server is full'],
  252: ['transient', 'the server merges too many parts'],
  279: ['transient', 'no replica answers'],
  364: ['transient', 'the server is busy'],
  394: ['transient', 'somebody cancelled the statement'],
  425: ['transient', 'the server reports a system error'],
  439: ['transient', 'the server has no free thread'],
  499: ['transient', 'the storage of the server failed'],
  500: ['transient', 'the storage of the server failed'],
  696: ['transient', 'the server is starting'],
  700: ['transient', 'the user has too many sessions'],
  722: ['transient', 'the server is starting'],
  735: ['transient', 'the statement was cancelled'],
  745: ['transient', 'the server is overloaded'],
  749: ['transient', 'the server has too many connections'],
  762: ['transient', 'the server has too many connections'],
  776: ['transient', 'the server is busy'],
  900: ['transient', 'the cache of the server failed'],
  999: ['transient', 'the cluster has lost its connection to Keeper'],
  192: ['credentials', 'correct the user in url'],
  193: ['credentials', 'correct the password in url'],
  194: ['credentials', 'url has no password'],
  195: ['credentials', 'the user may not connect from this address'],
  516: ['credentials', 'correct the user or the password in url'],
  720: ['credentials', 'the user has expired: renew it with ALTER USER … VALID UNTIL'],
  10: ['drift', `a column is missing: ${VERSIONS}`],
  16: ['drift', `a column is missing: ${VERSIONS}`],
  47: ['drift', `a column is missing: ${VERSIONS}`],
  60: ['drift', `a table is missing: ${VERSIONS}; also check the database in url`],
  81: ['drift', 'correct the database in url'],
  46: ['drift', 'ClickHouse 24.3 and later are supported'],
  497: ['drift', 'the user lacks a permission: sluice check prints the statements that grant it'],
  62: ['drift', 'ClickHouse 24.3 and later are supported'],
  164: ['config', 'the user may not change settings'],
  452: ['config', 'the user may not have this setting'],
};

/** Server errors that are not in the table: the message says what happened. */
const UNKNOWN = 'ClickHouse refuses the statement';

/** A syntax error of a statement that ClickHouse did not read to its end. */
const TOO_LONG = /Max query size exceeded/;

/** An error that ClickHouse reported, as the contract of `Source` wants it. */
export function serverError(code: number, text: string, place: string): Error {
  const [kind, usual] = RULES[code] ?? ['drift', UNKNOWN];
  const advice = TOO_LONG.test(text)
    ? 'the statement is too long: export fewer projects, as listed in projects'
    : usual;
  const message = `${place}: ${advice} (${reportOf(code, text)})`;
  if (kind === 'heavy') return new HeavyStatementError(message);
  if (kind === 'transient') return new TransientError(message);
  if (kind === 'credentials') return new RefusedError('credentials', message);
  return kind === 'config' ? new ConfigError([], message) : new SourceDriftError(message);
}

/** The first sentences of ClickHouse's report, without the statement and the version. */
function reportOf(code: number, text: string): string {
  const report = /DB::Exception: (?<report>.*)/s.exec(text)?.groups?.['report'] ?? text;
  const line = report.split(/: (?:While|In scope|while)|\(version|\n/)[0]?.trim() ?? '';
  return `${line.length > 200 ? `${line.slice(0, 200)}…` : line}; code ${code}`;
}

const CONNECTING: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing is listening there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be resolved at the moment',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

/** What TLS reports by a code, or for EPROTO by a text; none of it passes by itself. */
const SECURING: readonly (readonly [report: RegExp, advice: string])[] = [
  [
    /^CERT_NOT_YET_VALID/,
    'the server’s certificate is not valid yet: check the clock of this machine, and then the certificate',
  ],
  [/^CERT_HAS_EXPIRED/, 'the server’s certificate has expired: renew it, or correct the clock of this machine'],
  [/ALTNAME|HOSTNAME_MISMATCH/, 'the server’s certificate is for another name: use a host in url that it names'],
  [/certificate.required/i, 'the server asks for a client certificate: set certFile and keyFile'],
  [
    /alert.*(?:certificate|unknown.ca)/i,
    'the server does not accept the client certificate: check certFile, and which authorities the server trusts',
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    'the server’s certificate is not trusted: name the authority that signed it with caFile',
  ],
  [
    /protocol.version|unsupported.protocol/i,
    'the server speaks no version of TLS that Node.js accepts (1.2 and 1.3): update it',
  ],
  [/^EPROTO|^ERR_SSL/, 'the server does not speak TLS there; use http://, or the port of HTTPS (8443)'],
];

/** A failure on the way to ClickHouse; the error itself when it is a bug. */
export function connectionError(error: unknown, place: string, timeoutSeconds: number): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.message === 'Timeout error.') {
    const message = `${place}: no answer within statementTimeoutSeconds (${timeoutSeconds} s)`;
    return new HeavyStatementError(message, { cause: error });
  }
  if (/^ERR_OSSL|^ERR_MISSING_PASSPHRASE/.test(code))
    return new ConfigError([], `certFile and keyFile cannot be used together: ${error.message}`);
  const securing = SECURING.find(([report]) => report.test(code === 'EPROTO' ? `EPROTO ${error.message}` : code));
  if (securing !== undefined) return new SourceDriftError(`${place}: ${securing[1]} (${code})`, { cause: error });
  if (code === 'HPE_INVALID_CONSTANT') {
    const message = `${place}: the server does not speak HTTP there; use the port of HTTP (8123) or HTTPS (8443)`;
    return new SourceDriftError(message, { cause: error });
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const advice = 'set send_progress_in_http_headers = 0 in the user’s profile, and check the proxies on the way';
    return new SourceDriftError(`${place}: an answer with more than 16 KiB of headers; ${advice}`, { cause: error });
  }
  const reason = CONNECTING[code] ?? (code === '' ? undefined : code);
  if (reason === undefined && !/socket hang up|aborted|premature/i.test(error.message)) return error;
  return new TransientError(`${place}: ${reason ?? 'the connection was lost'}`, { cause: error });
}
