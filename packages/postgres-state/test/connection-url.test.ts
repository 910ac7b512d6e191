import { expect } from 'chai';
import { parseConnectionUrl, type ConnectionSettings } from '#src/connection-url.js';

function settingsOf(url: string): ConnectionSettings {
  const parsed = parseConnectionUrl(url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

describe('the URL of the state database', () => {
  it('holds host, port, database, user and password with their percent signs', () => {
    const { client, place } = settingsOf('postgresql://me:p%40ss%2Fword@db.example.com:6432/state');
    expect(client).to.include({ host: 'db.example.com', port: 6432, database: 'state', user: 'me' });
    expect(client.password).to.equal('p@ss/word');
    expect(place).to.equal('db.example.com:6432/state');
  });

  it('may name a socket folder, and parameters that do not concern it', () => {
    expect(settingsOf('postgres://u:p@/d?host=/var/run/postgresql').client.host).to.equal('/var/run/postgresql');
    expect(settingsOf('postgres://u:p@h/d?connection_limit=5&schema=x').client).to.have.all.keys(
      'host',
      'port',
      'database',
      'user',
      'password',
      'ssl',
    );
  });

  /** sslmode; whether TLS is used, may be left out, verifies the certificate, and its name. */
  const modes = [
    ['', true, true, false, true],
    ['?sslmode=disable', false, false, false, true],
    ['?sslmode=allow', true, true, false, true],
    ['?sslmode=prefer', true, true, false, true],
    ['?sslmode=require', true, false, false, true],
    ['?sslmode=no-verify', true, false, false, true],
    ['?sslmode=verify-full', true, false, true, true],
    ['?sslmode=require&sslrootcert=system', true, false, true, true],
    [`?sslmode=verify-ca&sslrootcert=${import.meta.filename}`, true, false, true, false],
    [`?sslmode=verify-full&sslrootcert=${import.meta.filename}`, true, false, true, true],
  ] as const;
  for (const [query, isEncrypted, isTlsOptional, isVerified, isNameVerified] of modes) {
    it(`understands “${query.replace(import.meta.dirname, '…')}” as libpq does`, () => {
      const { client, isTlsOptional: isOptional } = settingsOf(`postgres://u:p@h/d${query}`);
      expect(isOptional).to.equal(isTlsOptional);
      if (!isEncrypted) return expect(client.ssl).to.equal(false);
      const tls = client.ssl as { readonly rejectUnauthorized?: boolean; readonly checkServerIdentity?: unknown };
      expect(tls.rejectUnauthorized ?? true).to.equal(isVerified);
      return expect(tls.checkServerIdentity === undefined).to.equal(isNameVerified);
    });
  }

  const problems = [
    ['not a url', 'must start with postgres://'],
    ['mysql://u:secret@h/d', 'must start with postgres://'],
    ['postgres://u:secret@h:port/d', 'is not a URL'],
    ['postgres://u:secret@h', 'names no database'],
    ['postgres://u:sec%ret@h/d', 'write % as %25'],
    ['postgres://u:secret@h/d?sslmode=on', 'unknown sslmode'],
    ['postgres://u:secret@h/d?sslmode=verify-ca', 'without a certificate authority'],
    ['postgres://u:secret@h/d?sslmode=verify-full&sslrootcert=/no/such/file', 'cannot be read'],
  ] as const;
  for (const [url, problem] of problems) {
    it(`says what is wrong with ${url.replace(/:sec.*@/, ':…@')}: ${problem}`, () => {
      const parsed = parseConnectionUrl(url);
      expect(parsed).to.have.property('problem').that.contains(problem).and.does.not.contain('sec');
    });
  }
});
