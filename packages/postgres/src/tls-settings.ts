import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { UrlProblem, type UrlParameters } from './url-parameters.js';

/** Whether and how a connection over TCP is encrypted. Unix sockets never are, as in libpq. */
export interface TlsSettings {
  /** The kinds of connection to try, in order: encrypted or not. */
  readonly attempts: readonly boolean[];
  readonly options: ConnectionOptions;
  /** `direct` begins with the TLS handshake, without asking in Postgres's protocol first. */
  readonly negotiation: 'postgres' | 'direct';
}

/**
 * libpq's modes, and pg's `no-verify`. `allow` encrypts only when the server insists; `prefer` when the server can;
 * `require` always, and verifies the certificate if a root certificate is given; `verify-ca` always verifies the
 * certificate, and `verify-full` the host name in it as well.
 */
const MODES = ['prefer', 'disable', 'allow', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;

/** The modes that may end in a connection without encryption. */
const PLAIN_MODES = new Map<string, readonly boolean[]>([
  ['disable', [false]],
  ['allow', [false, true]],
  ['prefer', [true, false]],
]);

const VERSIONS = ['TLSv1.2', 'TLSv1.3', 'TLSv1', 'TLSv1.1'] as const;

/**
 * Never weaker than any of the parameters asks for: where two of them disagree, the URL is refused. A relative path of a
 * file starts at `baseDirectory`; without one, such a file is not read.
 */
export function tlsSettings(parameters: UrlParameters, baseDirectory?: string): TlsSettings {
  const mode = modeOf(parameters);
  const negotiation = parameters.choice('sslnegotiation', ['postgres', 'direct']);
  if (negotiation === 'direct' && PLAIN_MODES.has(mode)) throw needs('sslnegotiation=direct', 'sslmode=require');
  return {
    attempts: PLAIN_MODES.get(mode) ?? [true],
    options: optionsOf(mode, parameters, baseDirectory),
    negotiation,
  };
}

function modeOf(parameters: UrlParameters): (typeof MODES)[number] {
  const mode = parameters.choice('sslmode', MODES);
  const given = parameters.text('sslmode');
  if (parameters.text('sslrootcert') === 'system') {
    // Anyone can have a certificate for a host of theirs that one of the system's authorities has signed.
    if ((given ?? 'verify-full') !== 'verify-full') throw needs('sslrootcert=system', 'sslmode=verify-full');
    return 'verify-full';
  }
  if (parameters.choice('sslaccept', ['accept_invalid_certs', 'strict']) === 'strict') {
    if (given === 'disable' || given === 'no-verify') throw needs('sslaccept=strict', 'sslmode=verify-full');
    return 'verify-full';
  }
  if (parameters.text('ssl') === undefined) return mode;
  parameters.choice('ssl', ['true', '1']);
  if (given !== undefined && PLAIN_MODES.has(given)) throw needs('ssl=true', 'sslmode=require');
  return given === undefined ? 'require' : mode;
}

function needs(parameter: string, least: string): UrlProblem {
  return new UrlProblem(`has ${parameter}, which needs ${least} or stricter`);
}

function optionsOf(mode: string, parameters: UrlParameters, baseDirectory?: string): ConnectionOptions {
  const read = (name: string) => fileOf(parameters, name, baseDirectory);
  const ca = parameters.text('sslrootcert') === 'system' ? undefined : read('sslrootcert');
  const [cert, key] = [read('sslcert'), read('sslkey')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new UrlProblem('has only one of sslcert and sslkey: a client needs both; sslrootcert is for the server');
  }
  const passphrase = parameters.text('sslpassword');
  // Without a root certificate, verify-ca would accept any host that has a public certificate.
  const isNameVerified = mode === 'verify-full' || (mode === 'verify-ca' && ca === undefined);
  return {
    rejectUnauthorized: isNameVerified || (ca !== undefined && (mode === 'verify-ca' || mode === 'require')),
    minVersion: parameters.choice('ssl_min_protocol_version', VERSIONS),
    ...(parameters.text('ssl_max_protocol_version') && {
      maxVersion: parameters.choice('ssl_max_protocol_version', VERSIONS),
    }),
    ...(!isNameVerified && { checkServerIdentity: () => undefined }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert, key }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

function fileOf(parameters: UrlParameters, name: string, baseDirectory?: string): string | undefined {
  const path = parameters.text(name);
  if (path === undefined) return undefined;
  if (baseDirectory === undefined && !isAbsolute(path)) return '';
  const text = textOf(resolve(baseDirectory ?? '', path));
  if (text === undefined) throw new UrlProblem(`names a file in ${name} that cannot be read`);
  const wanted = name === 'sslkey' ? 'PRIVATE KEY' : 'CERTIFICATE';
  if (new RegExp(`-----BEGIN [A-Z ]*${wanted}-----`).test(text)) return text;
  throw new UrlProblem(`names a file in ${name} that has no ${wanted.toLowerCase()} in PEM`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
