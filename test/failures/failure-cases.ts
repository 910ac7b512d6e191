import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { FailingWorld } from './failing-world.js';

/** What a failing pipeline differs in from one that works. */
export interface Broken {
  readonly source?: Readonly<Record<string, unknown>>;
  readonly sink?: Readonly<Record<string, unknown>>;
  readonly pipeline?: Readonly<Record<string, unknown>>;
}

/** `transient` is retried; a pause waits for somebody; `configuration` starts nothing; `state` concerns Sluice's own data. */
type FailureKind = 'transient' | 'unexpected answer' | 'state' | 'configuration' | `paused: ${string}`;

export interface FailureCase {
  readonly failure: string;
  readonly kind: FailureKind;
  readonly exitCode: 1 | 2;
  /** What the page advises, in a few words. */
  readonly todo: string;
  readonly arrange: (world: FailingWorld) => Promise<Broken>;
}

export const SOURCE_FAILURES: readonly FailureCase[] = [
  {
    failure: 'the port of the database is closed',
    kind: 'transient',
    exitCode: 1,
    todo: 'start the database, or correct host and port in `url`',
    arrange: async (world) => ({
      source: { url: `postgres://reader:tell-nobody@${await world.closedAddress()}/langfuse` },
    }),
  },
  {
    failure: 'the name of the database host does not exist',
    kind: 'transient',
    exitCode: 1,
    todo: 'correct the host in `url`',
    arrange: async () => ({ source: { url: 'postgres://reader:tell-nobody@db.invalid:5432/langfuse' } }),
  },
  {
    failure: 'the Unix socket of the database does not exist',
    kind: 'transient',
    exitCode: 1,
    todo: 'start the database or the proxy that creates the socket',
    arrange: async (world) => ({
      source: {
        url: `postgres://reader:tell-nobody@localhost/langfuse?host=${encodeURIComponent(world.folder())}`,
      },
    }),
  },
  {
    failure: 'the database server ends each connection at once',
    kind: 'transient',
    exitCode: 1,
    todo: 'look at the log of the database, or of the proxy before it',
    arrange: async (world) => ({
      source: {
        url: `postgres://reader:tell-nobody@${await world.server((socket) => void socket.destroy())}/langfuse`,
      },
    }),
  },
  {
    failure: 'a web server listens at the port of the database',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'correct the port in `url`',
    arrange: async (world) => {
      const address = await world.server((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'));
      });
      return { source: { url: `postgres://reader:tell-nobody@${address}/langfuse` } };
    },
  },
  {
    failure: 'the password of the database is wrong',
    kind: 'paused: credentials',
    exitCode: 1,
    todo: 'correct user and password in `url`',
    arrange: async (world) => {
      const { url } = await world.database();
      url.password = 'another-password';
      return { source: { url: url.href } };
    },
  },
  {
    failure: '`url` has no password, and the database asks for one',
    kind: 'paused: credentials',
    exitCode: 1,
    todo: 'add the password to `url`; often a variable in it is empty',
    arrange: async (world) => {
      const { url } = await world.database();
      url.password = '';
      return { source: { url: url.href } };
    },
  },
  {
    failure: 'a password in `url` is not percent-encoded',
    kind: 'configuration',
    exitCode: 2,
    todo: 'write `/`, `?`, `#` and `@` in the password as `%2F`, `%3F`, `%23` and `%40`',
    arrange: async () => ({ source: { url: 'postgres://reader:4711/Zq9#secret@db.example.com:5432/langfuse' } }),
  },
  {
    failure: 'the database does not exist',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'correct the name of the database in `url`',
    arrange: async (world) => {
      const { url } = await world.database();
      url.pathname = '/another';
      return { source: { url: url.href } };
    },
  },
  {
    failure: '`url` asks for TLS, and the database has none',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'turn on TLS at the database; never with a password over a network: `sslmode=disable`',
    arrange: async (world) => {
      const { url } = await world.database();
      url.searchParams.set('sslmode', 'require');
      return { source: { url: url.href } };
    },
  },
  {
    failure: 'the role may not read a table',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'run the statements that `sluice check` prints',
    arrange: async (world) => {
      const { url, query } = await world.database();
      await query(`REVOKE pg_read_all_data FROM ${url.username}`);
      return { source: { url: url.href } };
    },
  },
  {
    failure: 'row level security hides rows from the role',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'run the statement that `sluice check` prints',
    arrange: async (world) => {
      const { url, query } = await world.database();
      await query('ALTER TABLE traces ENABLE ROW LEVEL SECURITY');
      return { source: { url: url.href } };
    },
  },
  {
    failure: 'a table of Langfuse is missing',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'point `url` at the database of Langfuse v2; `sluice check` says what was found',
    arrange: async (world) => {
      const { url, query } = await world.database();
      await query('DROP TABLE scores CASCADE');
      return { source: { url: url.href } };
    },
  },
  {
    failure: 'a project does not exist',
    kind: 'paused: drift',
    exitCode: 1,
    todo: 'correct `projects`; `sluice check` lists them',
    arrange: async (world) => {
      const { url } = await world.database();
      return { source: { url: url.href, projects: ['project-7'] } };
    },
  },
];

export const SINK_FAILURES: readonly FailureCase[] = [
  {
    failure: 'the port of PostHog is closed',
    kind: 'transient',
    exitCode: 1,
    todo: 'correct `host`, or let this machine reach it',
    arrange: async (world) => ({ sink: { host: `http://${await world.closedAddress()}` } }),
  },
  {
    failure: 'the name of the PostHog host does not exist',
    kind: 'transient',
    exitCode: 1,
    todo: 'correct `host`',
    arrange: async () => ({ sink: { host: 'https://posthog.invalid' } }),
  },
  {
    failure: 'a sign-in page answers instead of PostHog',
    kind: 'unexpected answer',
    exitCode: 1,
    todo: 'correct `host`; let the proxy pass requests of Sluice',
    arrange: async (world) => ({ sink: { host: await pageServer(world) } }),
  },
  {
    failure: 'PostHog redirects requests',
    kind: 'paused: restricted',
    exitCode: 1,
    todo: 'set `host` to the address that the message names',
    arrange: async (world) => ({
      sink: { host: (await world.posthog({ faultFor: () => ({ kind: 'redirect', location: '/elsewhere' }) })).url },
    }),
  },
  {
    failure: 'PostHog does not know the project key',
    kind: 'paused: credentials',
    exitCode: 1,
    todo: 'set `apiKey` to the project API key; check the region in `host`',
    arrange: async (world) => ({ sink: { host: (await world.posthog({ keys: ['phc_other'] })).url } }),
  },
  {
    failure: 'PostHog answers 503 to every request for events',
    kind: 'transient',
    exitCode: 1,
    todo: 'nothing: the next run continues; see the status of PostHog',
    arrange: async (world) => ({
      sink: { host: (await world.posthog({ faultFor: () => ({ kind: 'status', status: 503 }) })).url },
    }),
  },
];

export const STATE_FAILURES: readonly FailureCase[] = [
  {
    failure: 'the folder of the state cannot be created',
    kind: 'state',
    exitCode: 1,
    todo: 'correct `state.with.directory`, or the permissions of its folder',
    arrange: async (world) => {
      const file = join(world.folder(), 'file');
      writeFileSync(file, '');
      return { pipeline: { state: { use: 'file', with: { directory: join(file, 'state') } } } };
    },
  },
];

export const CONFIGURATION_FAILURES: readonly FailureCase[] = [
  {
    failure: 'a variable is not set',
    kind: 'configuration',
    exitCode: 2,
    todo: 'set it, add it to a file for `--env-file`, or give it a default',
    arrange: async () => ({ source: { url: '${LANGFUSE_DATABASE_URL}' } }),
  },
  {
    failure: 'an option is misspelt',
    kind: 'configuration',
    exitCode: 2,
    todo: 'use the suggested name',
    arrange: async () => ({ sink: { gzp: true } }),
  },
  {
    failure: 'a personal key in place of the project key',
    kind: 'configuration',
    exitCode: 2,
    todo: 'use the project API key, which begins with `phc_`',
    arrange: async () => ({ sink: { apiKey: 'phx_personal' } }),
  },
];

async function pageServer(world: FailingWorld): Promise<string> {
  const pages = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
  });
  return `http://${await world.server((socket) => void pages.emit('connection', socket))}`;
}
