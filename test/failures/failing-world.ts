import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { insertProjects, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import pg from 'pg';

export const KEY = 'phc_failures';
export const PASSWORD = 'tell-nobody';

/** What a case of the table works with: one database server, and receivers and other servers that end with it. */
export interface FailingWorld {
  /** A database with Langfuse's tables and a few traces, and a role that can read them. */
  database(): Promise<FailingDatabase>;
  posthog(options?: Partial<PosthogSimulatorOptions>): Promise<PosthogSimulator>;
  /** A server on a free port that does this with every connection; its address. */
  server(onConnection: (socket: Socket) => void): Promise<string>;
  /** An address of this machine at which nothing listens. */
  closedAddress(): Promise<string>;
  folder(): string;
  end(): Promise<void>;
}

interface FailingDatabase {
  /** As the role that may only read. */
  readonly url: URL;
  /** As superuser. */
  query(text: string): Promise<void>;
}

const SEED = `
  INSERT INTO traces (id, project_id, "timestamp", created_at, updated_at)
  SELECT 't' || n, 'project-1', at, at, at
  FROM (SELECT n, date_trunc('second', now() AT TIME ZONE 'UTC') - n * interval '1 hour' AS at
    FROM generate_series(2, 9) AS n) AS numbered`;

export async function aFailingWorld(): Promise<FailingWorld> {
  const ends: (() => unknown)[] = [];
  let databases = 0;

  const database = async (): Promise<FailingDatabase> => {
    databases += 1;
    const url = new URL(await createSharedDatabase('failures'));
    const query = async (text: string): Promise<void> => {
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      await client.query(text);
      await client.end();
    };
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const reader = `reader_${databases}`;
    await client.query(LANGFUSE_SCHEMA_SQL);
    await insertProjects(client, [{ id: 'project-1', name: 'First' }]);
    await client.query(SEED);
    await client.query(`CREATE ROLE ${reader} LOGIN PASSWORD '${PASSWORD}'; GRANT pg_read_all_data TO ${reader}`);
    await client.end();
    const asReader = new URL(url);
    asReader.username = reader;
    asReader.password = PASSWORD;
    return { url: asReader, query };
  };

  const server = async (onConnection: (socket: Socket) => void): Promise<string> => {
    const listening: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
      ends.push(() => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve);
    });
    ends.push(() => listening.close());
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `127.0.0.1:${address.port}`;
  };

  return {
    database,
    server,
    posthog: async (options = {}) => {
      const simulator = await PosthogSimulator.start({ keys: [KEY], ...options });
      ends.push(() => simulator.stop());
      return simulator;
    },
    closedAddress: async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => {
        taken.listen(0, '127.0.0.1', resolve);
      });
      const address = taken.address();
      await new Promise((resolve) => {
        taken.close(resolve);
      });
      if (address === null || typeof address === 'string') throw new Error('the server has no port');
      return `127.0.0.1:${address.port}`;
    },
    folder: () => {
      const directory = mkdtempSync(join(tmpdir(), 'sluice-failures-'));
      ends.push(() => rmSync(directory, { recursive: true, force: true }));
      return directory;
    },
    end: async () => {
      for (const end of ends.toReversed()) await end();
    },
  };
}
