import { expect } from 'chai';
import { ConnectError, postgresFailure, type FailureKind } from '#src/postgres-failure.js';

function withCode(code: string, message = 'what happened', more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

function ofConnect(code: string): Error {
  return withCode(code, `connect ${code} /run/postgresql/.s.PGSQL.5432`, { syscall: 'connect' });
}

describe('postgresFailure', () => {
  const cases: readonly [title: string, error: Error, kind: FailureKind, advice?: RegExp][] = [
    ['no server listens', ofConnect('ECONNREFUSED'), 'transient'],
    ['the host name is unknown', withCode('ENOTFOUND'), 'transient'],
    ['the other side cut the connection', withCode('ECONNRESET'), 'transient'],
    ['every address failed', new AggregateError([ofConnect('ECONNREFUSED')]), 'transient'],
    ['the socket does not exist yet', ofConnect('ENOENT'), 'transient'],
    ['the socket cannot be used yet', ofConnect('EACCES'), 'transient'],
    ['the connection ended', new Error('Connection terminated unexpectedly'), 'transient'],
    ['connecting took too long', new Error('timeout expired'), 'transient'],
    ['no connection of the pool was free', new Error('Knex: Timeout acquiring a connection.'), 'transient'],
    ['an administrator stopped the server', withCode('57P01'), 'transient', /stopping/],
    ['a statement timed out', withCode('57014'), 'transient', /statementTimeoutSeconds/],
    ['a lock was not free', withCode('55P03'), 'transient', /lock/],
    ['a transaction conflicted', withCode('40P01'), 'transient', /conflicted/],
    ['the server is read-only', withCode('25006'), 'transient', /address of the primary/],
    ['too many connections', withCode('53300'), 'transient', /free connection/],
    ['a pooler lost its server', withCode('08P01'), 'transient', /broke/],
    ['a Supabase pooler is busy', withCode('XX000', '(EMAXCONNSESSION) max clients reached'), 'transient', /internal/],
    ['a wrong password', withCode('28P01'), 'credentials', /user, password and sslmode/],
    ['a refused role', withCode('28000'), 'credentials'],
    ['an unknown tenant', withCode('XX000', 'Tenant or user not found'), 'credentials', /role\.project/],
    ['an unknown tenant by code', withCode('XX000', '(ENOTFOUND) tenant/user x.y not found'), 'credentials', /role/],
    ['no tenant', withCode('XX000', '(ENOIDENTIFIER) no tenant identifier provided'), 'credentials', /role/],
    ['no password', new ConnectError(new Error('the server asks for a password and url has none')), 'credentials'],
    ['an unknown way to prove the password', new Error('SASL: Only mechanism(s) x are supported'), 'credentials'],
    ['no such database', withCode('3D000'), 'setup', /correct its name/],
    ['no permission', withCode('42501'), 'setup'],
    [
      'a pooler in statement mode',
      withCode('08P01', 'transaction blocks not allowed in statement pooling mode'),
      'setup',
      /transaction or session mode/,
    ],
    ['a pooler that refuses options', withCode('08P01', 'unsupported startup parameter: options'), 'setup', /options/],
    ['an untrusted certificate', withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'), 'setup', /sslmode/],
    ['no encryption offered', new Error('The server does not support SSL connections'), 'setup', /sslmode/],
    ['anything else while connecting', new ConnectError(new TypeError('x is not a function')), 'setup', /url/],
    ['a report that no rule expects', withCode('42601', 'syntax error'), 'unknown'],
  ];
  for (const [title, error, kind, advice] of cases) {
    it(`${title}: ${kind}`, () => {
      const failure = postgresFailure(error);
      expect(failure?.kind).to.equal(kind);
      if (advice === undefined) return;
      expect(failure?.advice).to.match(advice);
    });
  }

  it('does not explain bugs, and files that are missing', () => {
    expect(postgresFailure(new TypeError('x is not a function'))).to.equal(undefined);
    expect(postgresFailure(withCode('ENOENT', 'ENOENT: no such file', { syscall: 'open' }))).to.equal(undefined);
  });

  it('prefers the rules of the adapter', () => {
    expect(postgresFailure(withCode('40001'), [['40001', 'setup', 'my advice']])).to.include({
      kind: 'setup',
      advice: 'my advice',
    });
  });

  it('reports one line without the statement', () => {
    const error = withCode('57014', 'select secret_column from traces - canceling statement\nsecond line');
    expect(postgresFailure(error)?.report).to.equal('canceling statement');
  });
});
