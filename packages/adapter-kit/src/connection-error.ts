import { TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import type { HttpPeer } from './http-peer.js';

/** What a request that got no answer reports: a code of Node.js or OpenSSL, and a text that holds no secret. */
export interface NoAnswer {
  readonly code: string;
  readonly reason: string;
  /** Host and port. */
  readonly host: string;
  /** ` through the proxy of HTTPS_PROXY`, or nothing. */
  readonly way: string;
  readonly peer: Pick<HttpPeer, 'addressOption' | 'insecureOption'>;
}

const PRIVATE_AUTHORITY =
  'if a private authority has signed it, set the environment variable NODE_EXTRA_CA_CERTS to the file with its certificate';

/** What no later attempt mends, by code: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const LASTING: readonly (readonly [code: RegExp, what: (host: string, peer: NoAnswer['peer']) => string])[] = [
  [
    /^CERT_NOT_YET_VALID$/,
    (host) => `the certificate of ${host} is not valid yet: check the clock of this machine, and then the certificate`,
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    (host) => `the certificate of ${host} has expired: renew it, or correct the clock of this machine`,
  ],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    (host, { addressOption }) =>
      `the certificate of ${host} is for another name: set ${addressOption} to a name that is in the certificate`,
  ],
  [/^CERT_REVOKED$/, (host, { addressOption }) => `the certificate of ${host} is revoked: check ${addressOption}`],
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED|CERT_REJECTED|INVALID_CA/,
    (host) => `the certificate of ${host} is not trusted: ${PRIVATE_AUTHORITY}`,
  ],
  [
    /wrong.version.number|packet.length|http.request/i,
    (host, { addressOption, insecureOption }) =>
      `${host} does not speak https at this port: check ${addressOption}, or write http://${insecureOption === undefined ? '' : ` and set ${insecureOption}`}`,
  ],
  [
    /certificate.required/i,
    (host, { addressOption }) =>
      `${host} asks for a client certificate, which Sluice cannot show: check ${addressOption}, or go through a proxy that shows one`,
  ],
  [
    /protocol.version|no.protocols|unsupported.protocol/i,
    (host, { addressOption }) =>
      `${host} speaks no version of TLS that Node.js accepts (1.2 and 1.3): check ${addressOption}, and update that server`,
  ],
  [
    /CERT|UNABLE_TO_|INVALID_PURPOSE|PATH_LENGTH|ERR_TLS|alert|DH_KEY/i,
    (host, { addressOption }) =>
      `${host} and this machine cannot agree on a secure connection: check ${addressOption} and its certificate`,
  ],
  [
    /^HPE_HEADER_OVERFLOW/,
    (host, { addressOption }) =>
      `${host} answers with more than 16 KiB of headers, which Node.js refuses: check ${addressOption}, and the proxies on the way`,
  ],
  [
    /^HPE_INVALID_(?:CONSTANT|VERSION|STATUS|METHOD)/,
    (host, { addressOption }) =>
      `${host} does not answer in HTTP: check ${addressOption}, and whether it must begin with https://`,
  ],
];

/** Pure: what it means that a request got no answer. */
export function connectionError({ code, reason, host, way, peer }: NoAnswer): UnexpectedAnswerError | TransientError {
  // EPROTO is the code of every failure of TLS; only the text says which.
  const known = LASTING.find(([pattern]) => pattern.test(code === 'EPROTO' ? reason : code));
  if (known !== undefined) return new UnexpectedAnswerError(`${known[1](host, peer)} (${code})`);
  return new TransientError(`no answer from ${host}${way}: ${code}${reason === '' ? '' : ` (${reason})`}`);
}
