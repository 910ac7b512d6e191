import { TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { expect } from 'chai';
import { connectionError } from '#src/connection-error.js';

function of(code: string, reason = '') {
  return connectionError({
    code,
    reason,
    host: 'posthog.internal',
    way: '',
    peer: { addressOption: 'host', insecureOption: 'allowInsecure' },
  });
}

describe('a request without an answer', () => {
  for (const [code, help] of [
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_UNTRUSTED', 'NODE_EXTRA_CA_CERTS'],
    ['INVALID_CA', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'renew it, or correct the clock'],
    ['CERT_NOT_YET_VALID', 'check the clock of this machine'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'set host to a name that is in the certificate'],
    ['HOSTNAME_MISMATCH', 'set host to a name'],
    ['CERT_REVOKED', 'revoked'],
    ['CERT_SIGNATURE_FAILURE', 'check host and its certificate'],
    ['INVALID_PURPOSE', 'check host and its certificate'],
    ['PATH_LENGTH_EXCEEDED', 'check host and its certificate'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'check host and its certificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'asks for a client certificate'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'no version of TLS that Node.js accepts'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no version of TLS that Node.js accepts'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak https'],
    ['HPE_INVALID_CONSTANT', 'does not answer in HTTP'],
    ['HPE_HEADER_OVERFLOW', 'more than 16 KiB of headers'],
  ] as const) {
    it(`for ${code} is not taken for a passing failure and says: ${help}`, () => {
      const error = of(code);
      expect(error).to.be.instanceOf(UnexpectedAnswerError);
      expect(error.message).to.include('posthog.internal').and.to.include(help).and.to.include(`(${code})`);
    });
  }

  it('reads what EPROTO stands for in its text', () => {
    const text = 'write EPROTO 0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl';
    expect(of('EPROTO', text).message).to.include('does not speak https');
  });

  it('reads in it that the versions of TLS differ', () => {
    const text = 'write EPROTO 0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/openssl';
    expect(of('EPROTO', text).message).to.include('no version of TLS');
  });

  for (const [code, reason] of [
    ['ECONNREFUSED', ''],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND posthog.internal'],
    ['EAI_AGAIN', ''],
    ['ETIMEDOUT', "Timeout awaiting 'connect' for 10ms"],
    ['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', ''],
    ['EPROTO', 'decryption failed or bad record mac'],
    ['Z_BUF_ERROR', 'unexpected end of file'],
    ['HPE_INVALID_EOF_STATE', ''],
    ['EMFILE', ''],
  ] as const) {
    it(`for ${code} may pass`, () => expect(of(code, reason)).to.be.instanceOf(TransientError));
  }
});
