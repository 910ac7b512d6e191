import { expect } from 'chai';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConnectionUrl, type ConnectionSettings } from '#src/connection-settings.js';
import { postgresUrl } from '#src/postgres-url.js';

/** Stands for the folder of the certificates and keys. */
const FOLDER = '<folder>';

const FILES = {
  'root.crt': '-----BEGIN CERTIFICATE-----\nroot',
  'client.crt': '-----BEGIN CERTIFICATE-----\nclient',
  'client.key': '-----BEGIN EC PRIVATE KEY-----\nclient',
};

describe('a connection URL', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-url-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function settingsOf(url: string): ConnectionSettings {
    const parsed = parseConnectionUrl(url.replaceAll(FOLDER, folder));
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed;
  }

  describe('is honoured', () => {
    const one = (host: string, port = 5432) => ({ hosts: [{ host, port }] });
    const cases: readonly [title: string, url: string, expected: Partial<ConnectionSettings>][] = [
      [
        'with every part',
        'postgresql://me:secret@db.example.com:6432/state',
        { ...one('db.example.com', 6432), user: 'me', password: 'secret', database: 'state' },
      ],
      ['with defaults', 'postgres://me:secret@h/d', { ...one('h'), schema: undefined, applicationName: 'sluice' }],
      ['without a password', 'postgres://me@h/d', { user: 'me', password: undefined }],
      ['with an empty password', 'postgres://me:@h/d', { user: 'me', password: undefined }],
      ['without a user', 'postgres://h/d', { user: undefined }],
      [
        'with percent-encoded parts',
        'postgres://m%40e:p%40ss%2Fw%23%25@h/lang%20fuse',
        { user: 'm@e', database: 'lang fuse' },
      ],
      ['with a percent-encoded password', 'postgres://u:p%40ss%2Fw%3F%23%25@h/d', { password: 'p@ss/w?#%' }],
      ['with @, : and blanks in the password', 'postgres://u:p@s:s w@h/d', { ...one('h'), password: 'p@s:s w' }],
      ['with a plus sign in the password', 'postgres://u:a+b@h/d', { password: 'a+b' }],
      ['with blanks around it', ' postgres://u:secret@h/d\n', { ...one('h'), database: 'd' }],
      ['with an IPv6 address', 'postgres://u@[2001:db8::1]:6432/d', one('2001:db8::1', 6432)],
      [
        'with several hosts',
        'postgres://u@h1:1,h2,[::1]:3/d',
        {
          hosts: [
            { host: 'h1', port: 1 },
            { host: 'h2', port: 5432 },
            { host: '::1', port: 3 },
          ],
          place: 'h1:1,h2:5432,::1:3/d',
        },
      ],
      [
        'with hosts as parameters',
        'postgres:///d?host=h1,h2&port=1,2',
        {
          hosts: [
            { host: 'h1', port: 1 },
            { host: 'h2', port: 2 },
          ],
        },
      ],
      [
        'with one port for all hosts',
        'postgres:///d?host=h1,h2&port=7',
        {
          hosts: [
            { host: 'h1', port: 7 },
            { host: 'h2', port: 7 },
          ],
        },
      ],
      [
        'with everything as parameters',
        'postgres://?host=h&dbname=d&user=u&password=secret',
        {
          ...one('h'),
          database: 'd',
          user: 'u',
          password: 'secret',
        },
      ],
      [
        'with the folder of a Unix socket',
        'postgres://u:secret@/d?host=/var/run/postgresql',
        one('/var/run/postgresql'),
      ],
      [
        'with Cloud SQL’s socket',
        'postgres://u:secret@localhost/d?host=/cloudsql/p:eu:inst',
        one('/cloudsql/p:eu:inst'),
      ],
      ['with a percent-encoded socket', 'postgres://u@%2Fvar%2Frun:5433/d', one('/var/run', 5433)],
      [
        'with Prisma’s schema',
        'postgres://u@h/d?schema=Lang%20Fuse',
        { schema: 'Lang Fuse', searchPath: '"Lang Fuse"' },
      ],
      [
        'with a search_path in options',
        'postgres://u@h/d?options=-c%20search_path%3Da,b%20-c%20geqo%3Doff',
        {
          searchPath: 'a,b',
          options: '-c search_path=a,b -c geqo=off',
        },
      ],
      [
        'with a search_path that has a blank',
        'postgres://u@h/d?options=--search_path%3Da,%5C%20b',
        { searchPath: 'a, b' },
      ],
      [
        'with Neon’s endpoint',
        'postgres://u@h/d?sslmode=require&options=endpoint%3Dep-cool-1',
        { options: 'endpoint=ep-cool-1' },
      ],
      [
        'with Neon’s channel_binding',
        'postgres://u@h/d?sslmode=require&channel_binding=require',
        { channelBinding: 'require' },
      ],
      ['with channel_binding=prefer', 'postgres://u@h/d?channel_binding=prefer', { channelBinding: 'prefer' }],
      ['with channel_binding=disable', 'postgres://u@h/d?channel_binding=disable', { channelBinding: 'disable' }],
      ...(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const)
        .map(
          (kind) =>
            [
              `with target_session_attrs=${kind}`,
              `postgres://u@h/d?target_session_attrs=${kind}`,
              { sessionKind: kind },
            ] as const,
        )
        .map(([title, url, expected]): [string, string, Partial<ConnectionSettings>] => [title, url, expected]),
      [
        'with an application_name',
        'postgres://u@h/d?application_name=a&fallback_application_name=b',
        { applicationName: 'a' },
      ],
      ['with a fallback_application_name', 'postgres://u@h/d?fallback_application_name=b', { applicationName: 'b' }],
      ['with a connect_timeout', 'postgres://u@h/d?connect_timeout=15', { connectTimeoutMs: 15_000 }],
      ['with Prisma’s connection_limit', 'postgres://u@h/d?connection_limit=1', { maxConnections: 1 }],
      [
        'with keepalives',
        'postgres://u@h/d?keepalives=1&keepalives_idle=30',
        { keepAlive: true, keepAliveDelayMs: 30_000 },
      ],
      ['without keepalives', 'postgres://u@h/d?keepalives=0', { keepAlive: false }],
      [
        'with what another client’s pool needs',
        'postgres://u@h/d?pgbouncer=true&pool_timeout=10&supa=base-pooler.x',
        one('h'),
      ],
      ['with gssencmode=disable', 'postgres://u@h/d?gssencmode=disable', one('h')],
      ['with gssencmode=prefer', 'postgres://u@h/d?gssencmode=prefer', one('h')],
      ['with client_encoding=UTF8', 'postgres://u@h/d?client_encoding=UTF8', one('h')],
    ];
    for (const [title, url, expected] of cases) {
      it(title, () => expect(settingsOf(url)).to.deep.include(expected));
    }
  });

  /** Parameters, the kinds of connection tried (encrypted or not), and whether certificate and host name are verified. */
  const modes: readonly [
    parameters: string,
    attempts: readonly boolean[],
    isVerified: boolean,
    isNameVerified: boolean,
  ][] = [
    ['', [true, false], false, false],
    ['sslmode=disable', [false], false, false],
    ['sslmode=allow', [false, true], false, false],
    ['sslmode=prefer', [true, false], false, false],
    [`sslmode=prefer&sslrootcert=${FOLDER}/root.crt`, [true, false], false, false],
    ['sslmode=require', [true], false, false],
    ['sslmode=no-verify', [true], false, false],
    [`sslmode=require&sslrootcert=${FOLDER}/root.crt`, [true], true, false],
    [`sslmode=verify-ca&sslrootcert=${FOLDER}/root.crt`, [true], true, false],
    ['sslmode=verify-ca', [true], true, true],
    ['sslmode=verify-full', [true], true, true],
    [`sslmode=verify-full&sslrootcert=${FOLDER}/root.crt`, [true], true, true],
    ['sslrootcert=system', [true], true, true],
    ['sslmode=verify-full&sslrootcert=system', [true], true, true],
    ['ssl=true', [true], false, false],
    ['ssl=true&sslmode=verify-full', [true], true, true],
    ['ssl=true&sslmode=require', [true], false, false],
    ['sslaccept=strict', [true], true, true],
    ['sslmode=require&sslaccept=strict', [true], true, true],
    ['sslmode=verify-full&sslaccept=accept_invalid_certs', [true], true, true],
    ['sslmode=require&uselibpqcompat=true', [true], false, false],
    ['sslmode=require&sslsni=1', [true], false, false],
    ['sslmode=require&sslnegotiation=direct', [true], false, false],
  ];
  for (const [parameters, attempts, isVerified, isNameVerified] of modes) {
    it(`understands “${parameters}” as libpq does`, () => {
      const { tls } = settingsOf(`postgres://u:p@h/d?${parameters}`);
      expect(tls.attempts).to.deep.equal(attempts);
      expect(tls.options.rejectUnauthorized).to.equal(isVerified);
      expect(tls.options.checkServerIdentity === undefined).to.equal(isNameVerified);
    });
  }

  it('names the files and the versions of TLS', () => {
    const files = `sslrootcert=${FOLDER}/root.crt&sslcert=${FOLDER}/client.crt&sslkey=${FOLDER}/client.key`;
    const { tls } = settingsOf(
      `postgres://u@h/d?sslmode=verify-full&${files}&sslpassword=secret&ssl_min_protocol_version=TLSv1.3&sslnegotiation=direct`,
    );
    expect(tls.options).to.include({
      ca: FILES['root.crt'],
      cert: FILES['client.crt'],
      key: FILES['client.key'],
      passphrase: 'secret',
    });
    expect(tls.options).to.include({ minVersion: 'TLSv1.3' });
    expect(tls.negotiation).to.equal('direct');
  });

  it('reads the files of relative paths from the folder that is given, and not before', () => {
    const url = 'postgres://u@h/d?sslmode=verify-full&sslrootcert=root.crt';
    expect(parseConnectionUrl(url, folder)).to.have.nested.property('tls.options.ca', FILES['root.crt']);
    expect(parseConnectionUrl(url, tmpdir())).to.have.property('problem').that.contains('names a file in sslrootcert');
    expect(parseConnectionUrl(url)).to.have.property('tls');
  });

  describe('is refused', () => {
    const cases: readonly [url: string, problem: string][] = [
      ['not a url', 'must start with postgres://'],
      ['mysql://u:secret@h/d', 'must start with postgres://'],
      ['postgresql+psycopg2://u:secret@h/d', 'must start with postgres://'],
      ['postgres:u:secret@h/d', 'must start with postgres://'],
      ['prisma+postgres://accelerate.example.com/?api_key=secret', 'must start with postgres://'],
      ['jdbc:postgresql://h/d?user=u&password=secret', 'begins with jdbc:'],
      ['"postgres://u:secret@h/d"', 'begins or ends with a quotation mark'],
      ["'postgres://u:secret@h/d'", 'begins or ends with a quotation mark'],
      ['postgres://u:secret@h/d"', 'begins or ends with a quotation mark'],
      ['host=h dbname=d user=u password=secret', 'key=value'],
      ["password = 'secret' host=h", 'key=value'],
      ['postgres://u:4711/secret@h:5432/d', '/ as %2F'],
      ['postgres://u:4711?secret@h:5432/d', '? as %3F'],
      ['postgres://u:4711#secret@h:5432/d', '# as %23'],
      ['postgres://u:p@4711/secret@h/d', '/ as %2F'],
      ['postgres://u:p@4711?secret=1@h/d', '/ as %2F'],
      ['postgres://u:secret@h/d#x', 'percent-encode it as %23'],
      ['postgres://u:sec%ret@h/d', 'write % as %25'],
      ['postgres://u:secret@h/d?application_name=100%', 'write % as %25'],
      ['postgres://u:secret%ff@h/d', 'not UTF-8'],
      ['postgres://u:secret@h:port/d', 'is not a URL'],
      ['postgres://u:secret@h:1:2/d', 'is not a URL'],
      ['postgres://u:secret@h:70000/d', 'from 1 to 65535'],
      ['postgres://u:secret@h:0/d', 'from 1 to 65535'],
      ['postgres://u:secret@h1,h2/d?port=1,2,3', 'one for each host'],
      ['postgres://u:x@h/d?host=sec%20ret', 'is not a URL'],
      ['postgres://u:secret@h', 'names no database'],
      ['postgres://u:secret@h/', 'names no database'],
      ['postgres://u:secret@h/?sslmode=require', 'names no database'],
      ['postgres://u:secret@h/d?sslmode=on', 'unknown sslmode'],
      ['postgres://u:secret@h/d?sslmode=require&sslmode=disable', 'has sslmode twice'],
      ['postgres://u:secret@h/d?sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
      ['postgres://u:secret@h/d?sslmode=verify-ca&sslrootcert=system', 'needs sslmode=verify-full'],
      ['postgres://u:secret@h/d?sslmode=verify-ca&sslrootcert=/no/such/secret', 'names a file in sslrootcert'],
      ['postgres://u:secret@h/d?sslcert=/no/such/secret&sslkey=/no/such/secret', 'names a file in sslcert'],
      [`postgres://u:secret@h/d?sslrootcert=${FOLDER}/client.key`, 'a file in sslrootcert that has no certificate'],
      [
        `postgres://u:secret@h/d?sslcert=${FOLDER}/client.crt&sslkey=${FOLDER}/root.crt`,
        'a file in sslkey that has no private key',
      ],
      [`postgres://u:secret@h/d?sslcert=${FOLDER}/client.crt`, 'only one of sslcert and sslkey'],
      [`postgres://u:secret@h/d?sslkey=${FOLDER}/client.key`, 'only one of sslcert and sslkey'],
      ['postgres://u:secret@h/d?ssl=true&sslmode=disable', 'ssl=true, which needs sslmode=require'],
      ['postgres://u:secret@h/d?ssl=true&sslmode=prefer', 'ssl=true, which needs sslmode=require'],
      ['postgres://u:secret@h/d?ssl=false', 'unknown ssl'],
      ['postgres://u:secret@h/d?ssl=require', 'unknown ssl'],
      ['postgres://u:secret@h/d?sslaccept=strict&sslmode=disable', 'sslaccept=strict, which needs sslmode=verify-full'],
      ['postgres://u:secret@h/d?sslaccept=maybe', 'unknown sslaccept'],
      ['postgres://u:secret@h/d?sslnegotiation=direct', 'needs sslmode=require'],
      ['postgres://u:secret@h/d?sslsni=0', 'unknown sslsni'],
      ['postgres://u:secret@h/d?channel_binding=on', 'unknown channel_binding'],
      ['postgres://u:secret@h/d?target_session_attrs=master', 'unknown target_session_attrs'],
      ['postgres://u:secret@h/d?gssencmode=require', 'unknown gssencmode'],
      ['postgres://u:secret@h1,h2/d?load_balance_hosts=random', 'unknown load_balance_hosts'],
      ['postgres://u:secret@h/d?client_encoding=LATIN1', 'unknown client_encoding'],
      ['postgres://u:secret@h/d?connect_timeout=0', 'connect_timeout that is not a whole number'],
      ['postgres://u:secret@h/d?connection_limit=many', 'connection_limit that is not a whole number'],
      [
        'postgres://u:secret@h/d?passfile=/home/sluice/.pgpass',
        'unsupported parameter passfile: put the password in url',
      ],
      ['postgres://u:secret@h/d?service=langfuse', 'unsupported parameter service: put host'],
      ['postgres://u:secret@h/d?keepalives_interval=10', 'unsupported parameter keepalives_interval: Node.js'],
      ['postgres://u:secret@h/d?keepalives_count=10', 'unsupported parameter keepalives_count: Node.js'],
      ['postgres://u:secret@h/d?sslcrl=/crl.pem', 'unsupported parameter sslcrl: remove it'],
      ['postgres://u:secret@h/d?hostaddr=10.0.0.1', 'unsupported parameter hostaddr'],
      ['postgres://u:secret@h/d?require_auth=scram-sha-256', 'unsupported parameter require_auth'],
      [
        'postgres://u:secret@h/d?statement_timeout=5',
        'unsupported parameter statement_timeout: use the timeout options',
      ],
      ['postgres://u:secret@h/d?sslmod=require', 'unsupported parameter sslmod: remove it'],
      ['postgres://h/d?user=u&password=p&ssecret=1', 'unsupported parameter number 3'],
      ['postgres://u:x@h/d?application_name=a&secret', 'unsupported parameter number 2'],
      ['postgres://u:secret@h/d?options=-c%20statement_timeout%3D5', 'sets a timeout in options'],
      ['postgres://u:secret@h/d?options=-c%20transaction_timeout%3D5', 'sets a timeout in options'],
      ['postgres://u:secret@h/d?schema=a&options=-csearch_path%3Db', 'both schema and a search_path'],
    ];
    for (const [url, problem] of cases) {
      it(`${url.replaceAll(/s?secret|sec%ret|sec%20ret/g, '…')}: ${problem}`, () => {
        const parsed = parseConnectionUrl(url.replaceAll(FOLDER, folder));
        expect(parsed).to.have.property('problem').that.contains(problem);
        expect(parsed)
          .to.have.property('problem')
          .that.does.not.match(/secret|4711|sec.ret|no.such/);
      });
    }
  });

  describe('knows every parameter', () => {
    // https://www.postgresql.org/docs/current/libpq-connect.html and https://www.prisma.io/docs/orm/overview/databases/postgresql
    const values: Readonly<Record<string, string>> = {
      ...Object.fromEntries(
        `hostaddr passfile require_auth keepalives_interval keepalives_count tcp_user_timeout replication requiressl
        sslcompression sslcrl sslcrldir sslcertmode requirepeer krbsrvname gsslib gssdelegation scram_client_key
        scram_server_key min_protocol_version max_protocol_version sslkeylogfile oauth_issuer oauth_client_id
        oauth_client_secret oauth_scope service servicefile sslidentity statement_timeout socketTimeout`
          .split(/\s+/)
          .map((name) => [name, 'x']),
      ),
      host: 'h',
      port: '5432',
      dbname: 'd',
      user: 'u',
      password: 'x',
      connect_timeout: '5',
      client_encoding: 'UTF8',
      options: '-c geqo=off',
      application_name: 'x',
      fallback_application_name: 'x',
      keepalives: '1',
      keepalives_idle: '5',
      sslmode: 'require',
      ssl: 'true',
      sslnegotiation: 'postgres',
      sslpassword: 'x',
      sslsni: '1',
      ssl_min_protocol_version: 'TLSv1.2',
      ssl_max_protocol_version: 'TLSv1.3',
      gssencmode: 'disable',
      channel_binding: 'prefer',
      target_session_attrs: 'any',
      load_balance_hosts: 'disable',
      schema: 'x',
      connection_limit: '5',
      pool_timeout: '5',
      socket_timeout: '5',
      pgbouncer: 'true',
      sslaccept: 'strict',
      statement_cache_size: '0',
      sslrootcert: 'system',
    };
    for (const [name, value] of Object.entries(values)) {
      it(`${name} is honoured, or refused by name`, () => {
        const parsed = parseConnectionUrl(`postgres://u@h/d?${name}=${encodeURIComponent(value)}`);
        if ('problem' in parsed)
          expect(parsed.problem).to.match(new RegExp(`\\b${name}\\b|unsupported parameter number 1`));
      });
    }
  });

  it('is an option that stays secret, with the problem as its message', () => {
    expect(String(postgresUrl().parse('postgres://u:secret@h/d'))).to.equal('[redacted]');
    const { error } = postgresUrl().safeParse('postgres://u:secret@h/d?sslmode=on');
    expect(error?.issues.map(({ message }) => message)).to.have.length(1);
    expect(error?.issues[0]?.message).to.contain('unknown sslmode').and.not.contain('secret');
  });
});
