import { expect } from 'chai';
import { parseConnectionUrl, type ConnectionSettings } from '#src/connection-settings.js';

function settingsOf(url: string): ConnectionSettings {
  const parsed = parseConnectionUrl(url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

describe('parseConnectionUrl', () => {
  it('reads host, port, database, user and password with their percent signs', () => {
    const { host, port, database, user, password } = settingsOf(
      'postgresql://me:p%40ss%2Fword@db.example.com:6432/lang%20fuse',
    );
    expect({ host, port, database, user, password }).to.deep.equal({
      host: 'db.example.com',
      port: 6432,
      database: 'lang fuse',
      user: 'me',
      password: 'p@ss/word',
    });
  });

  it('takes what Prisma adds: schema, and parameters that do not concern it', () => {
    const url = 'postgres://u:p@h/d?schema=langfuse&connection_limit=5&pgbouncer=true';
    expect(settingsOf(url)).to.include({ schema: 'langfuse', port: 5432 });
    expect(settingsOf('postgres://u:p@h/d').schema).to.equal('public');
  });

  it('connects to a socket folder without encryption', () => {
    const settings = settingsOf('postgres://u:p@/d?host=/var/run/postgresql');
    expect(settings).to.include({ host: '/var/run/postgresql', tls: 'off' });
  });

  const modes = [
    ['', 'preferred', false, false],
    ['?sslmode=disable', 'off', false, false],
    ['?sslmode=allow', 'allowed', false, false],
    ['?sslmode=no-verify', 'required', false, false],
    ['?sslmode=prefer', 'preferred', false, false],
    ['?sslmode=require', 'required', false, false],
    ['?sslmode=verify-ca', 'required', true, false],
    ['?sslmode=verify-full', 'required', true, true],
    ['?sslrootcert=system', 'required', true, true],
  ] as const;
  for (const [query, tls, isVerified, isHostVerified] of modes) {
    it(`understands “${query}” as libpq does`, () => {
      const settings = settingsOf(`postgres://u:p@h/d${query}`);
      expect(settings.tls).to.equal(tls);
      expect(settings.tlsOptions.rejectUnauthorized).to.equal(isVerified);
      expect(settings.tlsOptions.checkServerIdentity === undefined).to.equal(isHostVerified);
    });
  }

  const problems = [
    ['not a url', 'is not a URL'],
    ['mysql://u:secret@h/d', 'must start with postgres://'],
    ['postgres://u:secret@h', 'names no database'],
    ['postgres://u:sec%ret@h/d', 'write % as %25'],
    ['postgres://u:secret@h/d?sslmode=on', 'unknown sslmode'],
    ['postgres://u:secret@h/d?sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
    ['postgres://u:secret@h/d?sslmode=verify-ca&sslrootcert=/no/such/file', 'cannot be read'],
  ] as const;
  for (const [url, problem] of problems) {
    it(`says what is wrong: ${problem}`, () => {
      const parsed = parseConnectionUrl(url);
      expect(parsed).to.have.property('problem').that.contains(problem).and.does.not.contain('sec');
    });
  }
});
