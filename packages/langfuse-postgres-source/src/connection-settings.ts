import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** Whether a connection is encrypted, as libpq's `sslmode` says: `allowed` only if the server wants it, `preferred` if it can. */
type TlsPolicy = 'off' | 'allowed' | 'preferred' | 'required';

/** Where to connect and how. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The schema of Langfuse's tables: Prisma's `schema` parameter. */
  readonly schema: string;
  readonly tls: TlsPolicy;
  readonly tlsOptions: ConnectionOptions;
}

export type ParsedConnectionUrl = ConnectionSettings | { readonly problem: string };

const POLICIES: Readonly<Record<string, TlsPolicy>> = { disable: 'off', allow: 'allowed', prefer: 'preferred' };

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Reads a connection URL as Langfuse and libpq write it. A problem's text never holds a part of the URL. */
export function parseConnectionUrl(given: string): ParsedConnectionUrl {
  // libpq allows a URL without a host, for a socket; the URL standard does not.
  const text = given.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?])/, '$1localhost');
  if (!URL.canParse(text)) return { problem: 'is not a URL such as postgres://user:password@host:5432/langfuse' };
  const url = new URL(text);
  // Without the slashes everything, the password too, would be taken for the database's name.
  if (!/^postgres(?:ql)?:\/\//.test(text)) return { problem: 'must start with postgres://' };
  const parameters = url.searchParams;
  const isSystem = parameters.get('sslrootcert') === 'system';
  const mode = parameters.get('sslmode') ?? (isSystem ? 'verify-full' : 'prefer');
  if (!SSL_MODES.includes(mode)) return { problem: `has an unknown sslmode: use one of ${SSL_MODES.join(', ')}` };
  // As libpq: anybody can have a certificate that some authority of the system has signed, for another host.
  if (isSystem && mode !== 'verify-full') return { problem: 'has sslrootcert=system, which needs sslmode=verify-full' };
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (database === undefined || user === undefined || password === undefined) {
    return { problem: 'has a % that is not followed by two hexadecimal digits: write % as %25' };
  }
  if (database === '') return { problem: 'names no database: add it after the host, as in …@host:5432/langfuse' };
  const host = parameters.get('host') ?? decoded(url.hostname) ?? '';
  try {
    return {
      host: host === '' ? 'localhost' : host.replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port === '' ? (parameters.get('port') ?? 5432) : url.port),
      database,
      user: user === '' ? undefined : user,
      password: password === '' ? undefined : password,
      schema: parameters.get('schema') ?? 'public',
      tls: host.startsWith('/') ? 'off' : policyOf(mode),
      tlsOptions: tlsOptionsOf(mode, parameters),
    };
  } catch {
    return { problem: 'names a certificate or key file (sslrootcert, sslcert, sslkey) that cannot be read' };
  }
}

function policyOf(mode: string): TlsPolicy {
  return POLICIES[mode] ?? 'required';
}

/** libpq verifies only in the verify modes, and under `require` when it is given a root certificate. */
function tlsOptionsOf(mode: string, parameters: URLSearchParams): ConnectionOptions {
  const rootCertificate = parameters.get('sslrootcert');
  const hasRoot = rootCertificate !== null && rootCertificate !== 'system';
  const isVerified = mode.startsWith('verify-') || (mode === 'require' && hasRoot);
  const isHostVerified = mode === 'verify-full';
  const certificate = parameters.get('sslcert');
  const key = parameters.get('sslkey');
  return {
    rejectUnauthorized: isVerified,
    ...(isHostVerified ? {} : { checkServerIdentity: () => undefined }),
    ...(hasRoot ? { ca: readFileSync(rootCertificate, 'utf8') } : {}),
    ...(certificate === null ? {} : { cert: readFileSync(certificate, 'utf8') }),
    ...(key === null ? {} : { key: readFileSync(key, 'utf8') }),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
