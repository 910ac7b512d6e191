import type { ConnectionOptions } from 'node:tls';
import { parse, toClientConfig } from 'pg-connection-string';

/** How to connect, and what to call the place in messages. */
export interface ConnectionSettings {
  readonly client: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user?: string;
    readonly password?: string;
    readonly ssl: boolean | ConnectionOptions;
  };
  /** `sslmode=prefer`: a server that offers no encryption is used without. */
  readonly isTlsOptional: boolean;
  /** `db.example.com:5432/sluice`: without user and password. */
  readonly place: string;
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Where libpq knows a mode that pg's parser does not, the nearest that it knows. */
const NEAREST_MODE: Readonly<Record<string, string>> = { allow: 'prefer', 'no-verify': 'require' };

/** Reads a connection URL with pg's own parser, by the rules of libpq. A problem's text never holds a part of the URL. */
export function parseConnectionUrl(text: string): ConnectionSettings | { readonly problem: string } {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return { problem: 'must start with postgres://' };
  if (/%(?![0-9a-fA-F]{2})/.test(text)) {
    return { problem: 'has a % that is not followed by two hexadecimal digits: write % as %25' };
  }
  const [address = '', query = ''] = text.split('?', 2);
  const parameters = new URLSearchParams(query);
  const mode = parameters.get('sslmode') ?? 'prefer';
  if (!SSL_MODES.includes(mode)) return { problem: `has an unknown sslmode: use one of ${SSL_MODES.join(', ')}` };
  parameters.set('sslmode', NEAREST_MODE[mode] ?? mode);
  parameters.delete('uselibpqcompat');
  if (parameters.get('sslrootcert') === 'system') {
    // libpq's name for the authorities that the system trusts; Node's are used.
    parameters.delete('sslrootcert');
    parameters.set('sslmode', 'verify-full');
  }
  try {
    const parsed = parse(`${address}?${parameters.toString()}`, { useLibpqCompat: true });
    const { host, port = 5432, database, user, password, ssl = false } = toClientConfig(parsed);
    if (!database) return { problem: 'names no database: add it after the host, as in …@host:5432/sluice' };
    const client = {
      host: host || 'localhost',
      port,
      database,
      ...(user ? { user } : {}),
      ...(typeof password === 'string' && password !== '' ? { password } : {}),
      ssl,
    };
    const isTlsOptional = parameters.get('sslmode') === 'prefer';
    return { client, isTlsOptional, place: `${client.host}:${port}/${database}` };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** Never the parser's own words: they can quote the URL. */
function problemOf(error: unknown): string {
  if (error instanceof Error && 'syscall' in error) {
    return 'names a certificate or key file (sslrootcert, sslcert, sslkey) that cannot be read';
  }
  if (error instanceof Error && error.message.includes('sslmode=verify-ca')) {
    return 'asks for sslmode=verify-ca without a certificate authority: add sslrootcert, or use verify-full';
  }
  return 'is not a URL such as postgres://user:password@host:5432/sluice';
}
