import { tlsSettings } from './tls-settings.js';
import { UrlParameters, UrlProblem } from './url-parameters.js';

/** A host name, an address or the folder of a Unix socket, which begins with a slash. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** What a URL says: where to connect, and how. */
export type ConnectionSettings = Readonly<ReturnType<typeof settingsOf>>;

/** The server to connect to, as libpq's `target_session_attrs` says. */
const SESSION_KINDS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

const EXAMPLE = 'postgres://user:password@host:5432/database';
const URL_FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^/?:]*)(?::(?<password>[^/?]*))?@)?(?<hosts>[^/?]*)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/su;
const HOST_FORM = /^(?:\[(?<address>[\da-f:.%]+)\]|(?<name>(?:[\p{L}\p{N}._-]|%2f|%3a)*))(?::(?<port>\d*))?$/iu;

/** Common mistakes, looked for in this order. The messages quote nothing of the URL. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [
    /^["'`\u201c\u201d]|["'`\u201c\u201d]$/u,
    'begins or ends with a quotation mark: remove the quotes, which an environment file may keep; one that belongs to ' +
      'a name is written as %22 or %27',
  ],
  [/^jdbc:/i, `begins with jdbc: write it as ${EXAMPLE}`],
  [/^\w+\s*=/, `is a list of key=value pairs: write it as ${EXAMPLE}`],
  [/^(?!postgres(?:ql)?:\/\/)/, `must start with postgres:// or postgresql://: write it as ${EXAMPLE}`],
  [
    /^[^:]*:\/\/[^/?#]*[/?#].*@/s,
    'has a /, ? or # before an @: percent-encode them in user and password (/ as %2F, ? as %3F, # as %23), and an @ ' +
      'after the host as %40',
  ],
  [/#/, 'has a #: percent-encode it as %23'],
  [/%(?![\da-f]{2})/i, 'has a % that is not followed by two hexadecimal digits: write % as %25'],
];

/**
 * Reads a connection URL by the rules of libpq, with Prisma's `schema` and `connection_limit`. Whatever it cannot honour
 * it refuses. The text of a problem holds no value of the URL.
 */
export function parseConnectionUrl(
  url: string,
  baseDirectory?: string,
): ConnectionSettings | { readonly problem: string } {
  try {
    return settingsOf(url.trim(), baseDirectory);
  } catch (error) {
    if (error instanceof URIError) return { problem: 'has percent-encoded bytes that are not UTF-8' };
    if (error instanceof UrlProblem) return { problem: error.message };
    throw error;
  }
}

function settingsOf(url: string, baseDirectory?: string) {
  const mistake = MISTAKES.find(([pattern]) => pattern.test(url));
  if (mistake !== undefined) throw new UrlProblem(mistake[1]);
  const { user = '', password = '', hosts: list = '', path = '', query = '' } = URL_FORM.exec(url)?.groups ?? {};
  const parameters = new UrlParameters(query);
  const hosts = hostsOf(list, parameters);
  const database = parameters.text('dbname') ?? decodeURIComponent(path);
  if (database === '') throw new UrlProblem('names no database: add it after the host, as in …@host:5432/database');
  parameters.choice('gssencmode', ['prefer', 'disable']);
  parameters.choice('load_balance_hosts', ['disable']);
  parameters.choice('client_encoding', ['auto', 'UTF8', 'utf8', 'UTF-8', 'utf-8']);
  parameters.choice('sslsni', ['1']);
  const connectTimeoutSeconds = parameters.number('connect_timeout', 1);
  return {
    /** Tried in this order. */
    hosts,
    database,
    user: parameters.text('user') ?? (decodeURIComponent(user) || undefined),
    password: parameters.text('password') ?? (decodeURIComponent(password) || undefined),
    /** Prisma's name of the schema. */
    schema: parameters.text('schema'),
    /** As SQL writes it. */
    searchPath: searchPathOf(parameters),
    applicationName: parameters.text('application_name') ?? parameters.text('fallback_application_name') ?? 'sluice',
    /** What the server is told when a connection starts, such as `-c geqo=off` or Neon's `endpoint=…`. */
    options: parameters.text('options'),
    sessionKind: parameters.choice('target_session_attrs', SESSION_KINDS),
    tls: tlsSettings(parameters, baseDirectory),
    channelBinding: parameters.choice('channel_binding', ['disable', 'prefer', 'require']),
    /** Replaces the limit of the adapter. */
    connectTimeoutMs: connectTimeoutSeconds === undefined ? undefined : connectTimeoutSeconds * 1000,
    /** Lowers the limit of the adapter. */
    maxConnections: parameters.number('connection_limit', 1) ?? Infinity,
    keepAlive: parameters.choice('keepalives', ['1', '0']) === '1',
    keepAliveDelayMs: (parameters.number('keepalives_idle', 0) ?? 0) * 1000,
    /** The database in messages, such as `db.example.com:5432/langfuse`: without user and password. */
    place: `${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}/${database}`,
  };
}

/** The parameters `host` and `port`, one or a list, take precedence over what stands before the path. */
function hostsOf(list: string, parameters: UrlParameters): readonly Host[] {
  const written = list.split(',').map((each) => HOST_FORM.exec(each)?.groups);
  const names =
    parameters.text('host')?.split(',') ??
    written.map((each) => decodeURIComponent(each?.['address'] ?? each?.['name'] ?? ''));
  const ports = parameters.text('port')?.split(',') ?? written.map((each) => each?.['port'] ?? '');
  // A name of other characters could be part of a password.
  const isHost = (name: string): boolean => name.startsWith('/') || /^[\p{L}\p{N}.:_-]*$/u.test(name);
  if (written.includes(undefined) || !names.every(isHost)) throw new UrlProblem(`is not a URL such as ${EXAMPLE}`);
  if (ports.length !== 1 && ports.length !== names.length) throw new UrlProblem('needs one port, or one for each host');
  return names.map((name, index) => ({
    host: name || 'localhost',
    port: portOf(ports[index] ?? ports[0] ?? ''),
  }));
}

function portOf(text: string): number {
  const port = Number(text || 5432);
  if (/^\d*$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UrlProblem('has a port that is not a number from 1 to 65535');
}

/** From `schema`, or from `-c search_path=…` in `options`, where a backslash escapes a blank. */
function searchPathOf(parameters: UrlParameters): string | undefined {
  const options = parameters.text('options') ?? '';
  if (/(?:-c\s*|--)(?:statement|lock|transaction|idle_in_transaction_session)_timeout\s*=/i.test(options)) {
    throw new UrlProblem('sets a timeout in options: use the timeout options of the adapter');
  }
  const path = /(?:^|\s)(?:-c\s*|--)search_path=(?<path>(?:\\.|\S)+)/i.exec(options)?.groups?.['path'];
  const schema = parameters.text('schema');
  if (schema === undefined) return path?.replaceAll(/\\(.)/g, '$1');
  if (path !== undefined) throw new UrlProblem('has both schema and a search_path in options: remove one of them');
  return `"${schema.replaceAll('"', '""')}"`;
}
