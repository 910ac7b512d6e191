import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { parseConnectionUrl } from '#src/connection-settings.js';
import { Database } from '#src/database.js';
import { postgresFailure, type FailureKind } from '#src/postgres-failure.js';
import { ANOTHER_CERTIFICATE, SERVER } from './certificates.js';

/** What a role may do is a matter of `pg_hba.conf`: each of these tells one kind of connection from the other. */
const ACCESS_RULES = `
hostssl   all only_encrypted all scram-sha-256
hostnossl all only_plain     all scram-sha-256
hostssl   all only_plain     all reject
host      all postgres       all scram-sha-256
`;

describe('sslmode with a server that offers TLS', () => {
  let server: EmbeddedPostgres;
  let client: Client;
  let directory: string;

  before(async () => {
    server = await startEmbeddedPostgres({ tls: SERVER, accessRules: ACCESS_RULES });
    client = new Client(server.url);
    await client.connect();
    await client.query(`
      CREATE ROLE only_encrypted LOGIN SUPERUSER PASSWORD 'secret';
      CREATE ROLE only_plain LOGIN SUPERUSER PASSWORD 'secret'`);
    directory = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
    writeFileSync(join(directory, 'root.crt'), SERVER.certificate);
    writeFileSync(join(directory, 'another.crt'), ANOTHER_CERTIFICATE);
  });

  after(async () => {
    await client.end();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Connects, and says whether the connection is encrypted. */
  async function isEncrypted(user: string, host: string, parameters: string): Promise<boolean | undefined> {
    const url = new URL(server.url);
    url.hostname = host;
    if (user !== 'postgres') url.username = user;
    if (user !== 'postgres') url.password = 'secret';
    url.search = parameters.replaceAll('$', directory);
    const settings = parseConnectionUrl(url.href);
    if ('problem' in settings) throw new Error(settings.problem);
    const limits = { statementTimeoutMs: 10_000, connectTimeoutMs: 10_000, maxConnections: 1 };
    const database = new Database(settings, { ...limits, session: {} });
    try {
      await database.read((query) => query('SELECT 1'));
      const { rows } = await client.query<{ ssl: boolean }>(
        `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'sluice'`,
      );
      return rows[0]?.ssl;
    } finally {
      await database.close();
      await closed();
    }
  }

  /** A backend is there for a moment after its connection has ended. */
  async function closed(): Promise<void> {
    for (;;) {
      const { rows } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'sluice'`);
      if (rows.length === 0) return;
    }
  }

  const connected: readonly [parameters: string, user: string, host: string, isEncrypted: boolean][] = [
    ['sslmode=disable', 'postgres', 'localhost', false],
    ['sslmode=allow', 'postgres', 'localhost', false],
    ['sslmode=allow', 'only_encrypted', 'localhost', true],
    ['sslmode=prefer', 'postgres', 'localhost', true],
    ['', 'postgres', 'localhost', true],
    ['sslmode=prefer', 'only_plain', 'localhost', false],
    ['sslmode=prefer&sslrootcert=$/another.crt', 'postgres', 'localhost', true],
    ['sslmode=require', 'postgres', '127.0.0.1', true],
    ['sslmode=no-verify', 'postgres', '127.0.0.1', true],
    ['sslmode=require&sslrootcert=$/root.crt', 'postgres', '127.0.0.1', true],
    ['sslmode=verify-ca&sslrootcert=$/root.crt', 'postgres', '127.0.0.1', true],
    ['sslmode=verify-full&sslrootcert=$/root.crt', 'postgres', 'localhost', true],
  ];
  for (const [parameters, user, host, expected] of connected) {
    it(`“${parameters}” connects ${user} to ${host} ${expected ? 'encrypted' : 'without encryption'}`, async () => {
      expect(await isEncrypted(user, host, parameters)).to.equal(expected);
    });
  }

  const refused: readonly [parameters: string, user: string, host: string, kind: FailureKind][] = [
    ['sslmode=disable', 'only_encrypted', 'localhost', 'credentials'],
    ['sslmode=require', 'only_plain', 'localhost', 'credentials'],
    ['sslmode=require&sslrootcert=$/another.crt', 'postgres', 'localhost', 'setup'],
    ['sslmode=verify-ca&sslrootcert=$/another.crt', 'postgres', 'localhost', 'setup'],
    ['sslmode=verify-ca', 'postgres', 'localhost', 'setup'],
    ['sslmode=verify-full&sslrootcert=$/root.crt', 'postgres', '127.0.0.1', 'setup'],
    ['sslrootcert=system', 'postgres', 'localhost', 'setup'],
  ];
  for (const [parameters, user, host, expected] of refused) {
    it(`“${parameters}” does not connect ${user} to ${host}`, async () => {
      const error = await isEncrypted(user, host, parameters).catch((reason: unknown) => reason);
      const failure = postgresFailure(error);
      expect(failure?.kind).to.equal(expected);
      expect(`${failure?.report} ${failure?.advice}`).not.to.contain('secret');
    });
  }
});
