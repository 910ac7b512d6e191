import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.js';
import { claimFolder, FOLDER_PREFIX } from './leftovers.js';
import { handOver, temporaryRoot } from './server-account.js';
import { maintenanceUrl, startServer, stopServer, type ServerPlan } from './server-process.js';
import { endWatch, startWatchdog } from './watchdog.js';

/** A server that follows another by streaming replication and can only be read. */
export interface Replica {
  /** The URL of one of the primary's databases, at the replica. */
  urlOf(primaryUrl: string): string;
  /** Makes it a primary. Resolves when it can be written. What it has not received by then, it never has. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Copies a running server with a base backup and starts the copy as its replica. */
export async function startReplica(primary: ServerPlan, settings: Readonly<Record<string, string>>): Promise<Replica> {
  const { account } = primary;
  const directory = await mkdtemp(join(temporaryRoot(account), FOLDER_PREFIX));
  const data = join(directory, 'data');
  const watchdog = startWatchdog(directory, data);
  await claimFolder(directory);
  await handOver(directory, account);
  await copyData(primary, data);
  const { hostname, port, username, password } = new URL(maintenanceUrl(primary));
  const plan: ServerPlan = {
    ...primary,
    directory,
    data,
    port: await freePort(),
    settings: {
      ...primary.settings,
      primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password}`,
      ...settings,
    },
  };
  const server = await startServer(plan);
  return {
    promote: () => promote(plan),
    urlOf: (primaryUrl) => {
      const url = new URL(primaryUrl);
      url.port = String(plan.port);
      return url.href;
    },
    stop: async () => {
      await stopServer(server);
      await endWatch(watchdog);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function promote(plan: ServerPlan): Promise<void> {
  const client = new Client(maintenanceUrl(plan));
  await client.connect();
  try {
    await client.query('SELECT pg_promote()');
  } finally {
    await client.end();
  }
}

async function copyData(primary: ServerPlan, data: string): Promise<void> {
  const client = new Client(maintenanceUrl(primary));
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('replica', true)`);
    await cp(primary.data, data, { recursive: true, filter: (path) => !path.endsWith('postmaster.pid') });
    const { rows } = await client.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop(false)');
    await writeFile(join(data, 'backup_label'), rows[0]?.label ?? '');
    await writeFile(join(data, 'standby.signal'), '');
  } finally {
    await client.end();
  }
  const { uid, gid } = primary.account;
  if (uid !== undefined && gid !== undefined) execFileSync('chown', ['-R', `${uid}:${gid}`, data]);
  execFileSync('chmod', ['700', data]);
}
