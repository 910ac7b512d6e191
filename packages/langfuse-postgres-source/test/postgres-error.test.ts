import { RefusedError, TransientError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { expect } from 'chai';
import { SlowStatementError, translateSourceError, UnreadableRowError } from '@sluice/postgres';
import { LANGFUSE_RULES } from '#src/read/langfuse-rules.js';

function withCode(code: string, message = 'what happened'): Error {
  return Object.assign(new Error(message), { code });
}

describe('translateSourceError', () => {
  const cases: readonly [string, Error, new (...arguments_: never[]) => Error][] = [
    ['no server listens', withCode('ECONNREFUSED'), TransientError],
    ['the host name is unknown', withCode('ENOTFOUND'), TransientError],
    ['the peer cut the connection', withCode('ECONNRESET'), TransientError],
    ['every address failed', new AggregateError([withCode('ECONNREFUSED')]), TransientError],
    ['the connection ended', new Error('Connection terminated unexpectedly'), TransientError],
    ['connecting took too long', new Error('timeout expired'), TransientError],
    ['an administrator stopped the server', withCode('57P01'), TransientError],
    ['the server is starting', withCode('57P03'), TransientError],
    ['a statement timed out', withCode('57014'), SlowStatementError],
    ['a transaction timed out', withCode('25P04'), SlowStatementError],
    ['the network stopped passing on an answer', new Error('Query read timeout'), SlowStatementError],
    ['a text is not UTF-8', withCode('22021'), UnreadableRowError],
    ['a row is damaged', withCode('XX001'), UnreadableRowError],
    ['an index is damaged', withCode('XX002'), SourceDriftError],
    ['a lock was not free', withCode('55P03'), TransientError],
    ['a replica cancelled the query', withCode('40001'), SlowStatementError],
    ['a deadlock', withCode('40P01'), TransientError],
    ['too many connections', withCode('53300'), TransientError],
    ['a pooler lost its server', withCode('08P01'), TransientError],
    ['a wrong password', withCode('28P01'), RefusedError],
    ['a refused role', withCode('28000'), RefusedError],
    ['no such database', withCode('3D000'), SourceDriftError],
    ['no such table', withCode('42P01'), SourceDriftError],
    ['no such column', withCode('42703'), SourceDriftError],
    ['no permission', withCode('42501'), SourceDriftError],
    [
      'an untrusted certificate',
      withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in chain'),
      SourceDriftError,
    ],
    ['no encryption offered', new Error('The server does not support SSL connections'), SourceDriftError],
  ];

  for (const [title, error, expected] of cases) {
    it(`${title}: ${expected.name}`, () => {
      const translated = translateSourceError(error, 'db.example.com:5432/langfuse', LANGFUSE_RULES);
      expect(translated).to.be.instanceOf(expected);
      expect((translated as Error).message).to.contain('db.example.com:5432/langfuse');
    });
  }

  it('returns an unknown error, which is a bug, unchanged', () => {
    const syntaxError = withCode('42601', 'syntax error');
    expect(translateSourceError(syntaxError, 'x')).to.equal(syntaxError);
    const typeError = new TypeError('x is not a function');
    expect(translateSourceError(typeError, 'x')).to.equal(typeError);
  });

  it('keeps the statement out of the message', () => {
    const error = withCode('57014', `select secret_column from traces where id = $1 - canceling statement`);
    const { message } = translateSourceError(error, 'x') as Error;
    expect(message).to.contain('canceling statement').and.not.contain('secret_column');
  });
});
