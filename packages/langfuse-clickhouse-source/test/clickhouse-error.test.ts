import { ConfigError, RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { expect } from 'chai';
import { connectionError, HeavyStatementError, serverError } from '#src/connection/clickhouse-error.js';

const PLACE = 'db.example.com:8123/default';

function failing(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:8123`), { code });
}

describe('what ClickHouse reports', () => {
  for (const [codes, kind] of [
    [[159, 241, 307, 158, 173, 778], HeavyStatementError],
    [[202, 209, 210, 252, 500, 722, 745, 762, 999], TransientError],
    [[192, 193, 194, 516, 720], RefusedError],
    [[60, 81, 47, 497, 12_345], SourceDriftError],
    [[164, 452], ConfigError],
  ] as const) {
    it(`is a ${kind.name} for the codes ${codes.join(', ')}`, () => {
      for (const code of codes)
        expect(serverError(code, `Code: ${code}. DB::Exception: x. (Y)`, PLACE)).instanceOf(kind);
    });
  }

  it('is told in one line, without the statement and the version', () => {
    const text =
      'Code: 47. DB::Exception: Unknown expression identifier `nme` in scope SELECT nme FROM traces. (UNKNOWN_IDENTIFIER) (version 26.7.2.1)\n';
    const { message } = serverError(47, text, PLACE);
    expect(message).to.match(
      /^db\.example\.com:8123\/default: a column is missing: Langfuse v3 and v4 are supported \(/,
    );
    expect(message).to.include('nme').and.not.include('version 26').and.not.include('\n');
  });
});

describe('a failure on the way to ClickHouse', () => {
  it('passes where the network may recover', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'EHOSTUNREACH']) {
      expect(connectionError(failing(code), PLACE, 60), code).instanceOf(TransientError);
    }
  });

  it('needs somebody where a certificate, a protocol or a setting is wrong', () => {
    for (const code of [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'EPROTO',
      'HPE_INVALID_CONSTANT',
      'HPE_HEADER_OVERFLOW',
    ]) {
      expect(connectionError(failing(code), PLACE, 60), code).instanceOf(SourceDriftError);
    }
  });

  it('says what to do about a certificate', () => {
    const required = failing('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    const [version, notTls] = ['tlsv1 alert protocol version', 'wrong version number'].map((report) =>
      Object.assign(new Error(`write EPROTO SSL routines:${report}`), { code: 'EPROTO' }),
    );
    for (const [error, advice] of [
      [failing('SELF_SIGNED_CERT_IN_CHAIN'), 'with caFile'],
      [failing('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'with caFile'],
      [failing('CERT_HAS_EXPIRED'), 'renew it'],
      [failing('CERT_NOT_YET_VALID'), 'check the clock'],
      [failing('ERR_TLS_CERT_ALTNAME_INVALID'), 'use a host in url that it names'],
      [required, 'set certFile and keyFile'],
      [failing('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), 'check certFile'],
      [version, '1.2 and 1.3'],
      [notTls, 'does not speak TLS there'],
    ] as const)
      expect(connectionError(error, PLACE, 60))
        .instanceOf(SourceDriftError)
        .property('message')
        .includes(advice);
  });

  it('needs other files where a key is not that of its certificate', () => {
    const mismatch = connectionError(failing('ERR_OSSL_X509_KEY_VALUES_MISMATCH'), PLACE, 60);
    expect(mismatch).instanceOf(ConfigError).property('message').includes('certFile and keyFile');
  });

  it('asks for fewer records after a time limit', () => {
    expect(connectionError(new Error('Timeout error.'), PLACE, 60)).instanceOf(HeavyStatementError);
  });

  it('leaves a bug as it is', () => {
    const bug = new TypeError('undefined is not a function');
    expect(connectionError(bug, PLACE, 60)).to.equal(bug);
  });
});
