import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import pg from 'pg';
import { aSwitchingProxy } from './switching-proxy.js';

/** A primary and its standby, behind one address. */
export interface PostgresWithAStandby {
  /** Of a database, at the address that leads to the primary: first to one server, then to the other. */
  readonly url: string;
  /** The standby has what was committed before, and receives nothing from now on. */
  leaveStandbyBehind(): Promise<void>;
  /** Ends the primary as a crash does: without a word to anybody. Then the standby takes over. */
  failOver(): Promise<void>;
  /** Asks the server that is the primary now. */
  query<Row>(text: string): Promise<readonly Row[]>;
  stop(): Promise<void>;
}

/** `isSynchronous`: the primary answers a commit when the standby has it. */
export async function aPostgresWithAStandby({
  isSynchronous = false,
}: {
  readonly isSynchronous?: boolean;
} = {}): Promise<PostgresWithAStandby> {
  const primary = await startEmbeddedPostgres({
    serverUrl: '',
    databaseName: 'state',
    settings: { synchronous_commit: 'on' },
  });
  const replication = await aSwitchingProxy(primary.url);
  const { hostname, port, username, password } = new URL(replication.urlOf(primary.url));
  const standby = await primary.startReplica({
    primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password}`,
  });
  const address = await aSwitchingProxy(primary.url);
  const standbyUrl = standby.urlOf(primary.url);
  let current = primary.url;

  async function ask<Row>(url: string, text: string): Promise<readonly Row[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(text)).rows as readonly Row[];
    } finally {
      await client.end();
    }
  }

  /** Asks the primary until there is an answer. */
  async function until(question: string): Promise<void> {
    while ((await ask(primary.url, question)).length === 0);
  }

  await until(`SELECT FROM pg_stat_replication WHERE state = 'streaming'`);
  if (isSynchronous) {
    await ask(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await ask(primary.url, 'SELECT pg_reload_conf()');
    await until(`SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`);
  }
  return {
    url: address.urlOf(primary.url),
    leaveStandbyBehind: async () => {
      const [now] = await ask<{ readonly lsn: string }>(primary.url, 'SELECT pg_current_wal_flush_lsn() AS lsn');
      await until(`SELECT FROM pg_stat_replication WHERE flush_lsn >= '${now?.lsn}'`);
      replication.switchTo(undefined);
      await until('SELECT WHERE NOT EXISTS (SELECT FROM pg_stat_replication)');
    },
    failOver: async () => {
      address.switchTo(undefined);
      await primary.stop();
      await standby.promote();
      current = standbyUrl;
      address.switchTo(standbyUrl);
    },
    query: (text) => ask(current, text),
    stop: async () => {
      await Promise.all([address.close(), replication.close()]);
      await standby.stop();
      await primary.stop();
    },
  };
}
