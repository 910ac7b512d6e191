import { expect } from 'chai';
import { NOT_POSTGRES } from '#src/message-check.js';
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
    ['a transaction timed out', withCode('25P04'), 'transient', /transaction_timeout/],
    ['a lock was not free', withCode('55P03'), 'transient', /lock/],
    ['a transaction conflicted', withCode('40P01'), 'transient', /conflicted/],
    ['the server is read-only', withCode('25006'), 'transient', /address of the primary/],
    ['too many connections', withCode('53300'), 'transient', /free connection/],
    ['a pooler lost its server', withCode('08P01'), 'transient', /lost/],
    ['a Supabase pooler is busy', withCode('XX000', '(EMAXCONNSESSION) max clients reached'), 'transient', /free/],
    [
      'a pooler’s report with a dash',
      new ConnectError(withCode('XX000', '(EMAXCONNSESSION) max clients reached - limited to pool_size: 15')),
      'transient',
      /free/,
    ],
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
    [
      'an untrusted certificate',
      withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'),
      'setup',
      /sslrootcert/,
    ],
    ['no encryption offered', new Error('The server does not support SSL connections'), 'setup', /sslmode/],
    ['anything else while connecting', new ConnectError(new TypeError('x is not a function')), 'setup', /url/],
    ...(['ENOTDIR', 'ELOOP', 'EPERM', 'EINVAL', 'ENAMETOOLONG', 'EPROTOTYPE', 'EAFNOSUPPORT'] as const).map(
      (code): (typeof cases)[number] => [`${code} of connect`, ofConnect(code), 'transient'],
    ),
    ['no file handle is free', ofConnect('EMFILE'), 'transient', /ulimit/],
    ['no lookup succeeds', withCode('EAI_FAIL', 'getaddrinfo EAI_FAIL db', { syscall: 'getaddrinfo' }), 'transient'],
    ['a name server is busy', withCode('EAI_AGAIN'), 'transient'],
    ['a stream was destroyed', withCode('ERR_STREAM_DESTROYED', 'Cannot call write'), 'transient'],
    [
      'a database that is closed',
      withCode('55000', 'database "d" is not currently accepting connections'),
      'transient',
      /closed/,
    ],
    ['PgBouncer’s closed database', withCode('08P01', 'database does not allow connections: d'), 'transient', /closed/],
    ['PgBouncer’s wait', withCode('08P01', 'query_wait_timeout'), 'transient'],
    [
      'PgBouncer’s server',
      withCode('08P01', 'server login has been failing (server_login_retry)'),
      'transient',
      /log in/,
    ],
    ['PgBouncer’s limit', withCode('08P01', 'no more connections allowed (max_client_conn)'), 'transient'],
    ['PgBouncer’s unknown database', withCode('08P01', 'no such database: d'), 'setup', /name of the database/],
    ['PgBouncer’s unknown user', withCode('08P01', 'no such user: u'), 'credentials', /user, password/],
    ['PgBouncer’s password', withCode('08P01', 'password authentication failed'), 'credentials', /user, password/],
    ['PgBouncer’s encryption', withCode('08P01', 'SSL required'), 'setup', /sslmode=require/],
    [
      'Azure’s encryption',
      withCode('28000', 'SSL connection is required. Please specify SSL options'),
      'setup',
      /sslmode/,
    ],
    [
      'Neon’s encryption',
      withCode('08P01', 'connection is insecure (try using `sslmode=require`)'),
      'setup',
      /sslmode/,
    ],
    [
      'Neon’s endpoint',
      withCode('XX000', 'The endpoint has been disabled. Enable it using Neon API'),
      'setup',
      /enable/,
    ],
    ['Neon’s unknown endpoint', withCode('XX000', 'The requested endpoint could not be found'), 'setup', /host in url/],
    ['Neon’s unknown project', withCode('XX000', 'project not found'), 'setup', /host in url/],
    ['Neon without SNI', withCode('08P01', 'Endpoint ID is not specified. Either please'), 'setup', /options=endpoint/],
    ['Neon’s quota', withCode('XX000', 'Your project has exceeded the compute time quota.'), 'setup', /quota/],
    ['Neon’s control plane', withCode('XX000', "Couldn't connect to compute node"), 'transient'],
    ['Supabase’s encryption', withCode('XX000', '(ESSLREQUIRED) SSL connection is required'), 'setup', /sslmode/],
    ['Supabase’s list', withCode('XX000', '(EADDRNOTALLOWED) address not in tenant allow_list'), 'setup', /address/],
    ['Supabase’s query', withCode('XX000', '(EAUTHQUERY) authentication query failed'), 'credentials', /user/],
    ['Supabase’s breaker', withCode('XX000', '(ECIRCUITBREAKER) too many authentication failures'), 'credentials'],
    ['Supabase’s checkout', withCode('XX000', '(ECHECKOUTTIMEOUT) unable to check out connection'), 'transient'],
    [
      'no rule in pg_hba.conf',
      withCode('28000', 'no pg_hba.conf entry for host "x", no encryption'),
      'credentials',
      /pg_hba/,
    ],
    ['GSSAPI', new ConnectError(new Error('Unknown authenticationOk message type 7')), 'credentials', /GSSAPI/],
    ['another kind of server', new ConnectError(new Error(NOT_POSTGRES)), 'setup', /host and port/],
    ['bytes changed on the way', new Error(NOT_POSTGRES), 'transient', /between/],
    [
      'an unknown option when connecting',
      new ConnectError(withCode('42704', 'unrecognized parameter')),
      'setup',
      /url/,
    ],
    ['a damaged index', withCode('XX002', 'index "i" contains unexpected zero page'), 'setup', /damaged/],
    ['a trigger that refuses', withCode('P0001', 'empty password for a tenant user'), 'setup', /trigger/],
    [
      'a certificate of a private authority',
      withCode('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate'),
      'setup',
      /NODE_EXTRA_CA_CERTS/,
    ],
    [
      'a certificate that is not valid yet',
      withCode('CERT_NOT_YET_VALID', 'certificate is not yet valid'),
      'setup',
      /clock/,
    ],
    ['an expired certificate', withCode('CERT_HAS_EXPIRED', 'certificate has expired'), 'setup', /renew/],
    [
      'a certificate for another name',
      withCode('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames"),
      'setup',
      /name is in/,
    ],
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

  it('leaves the rules of an adapter to its statements', () => {
    const rules = [['0A000', 'transient', 'a table changed']] as const;
    const error = withCode('0A000', 'unsupported frontend protocol');
    expect(postgresFailure(error, rules)).to.include({ kind: 'transient', isConnecting: false });
    expect(postgresFailure(new ConnectError(error), rules)).to.include({ kind: 'setup', isConnecting: true });
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
