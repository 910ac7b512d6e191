import { expect } from 'chai';
import type { Socket } from 'node:net';
import { parseConnectionUrl } from '#src/connection-settings.js';
import { Database } from '#src/database.js';
import { postgresFailure, type FailureKind, type PostgresFailure } from '#src/postgres-failure.js';
import { authentication, fakeServer, fatal, message, type Answering } from './fake-server.js';

interface Case {
  readonly title: string;
  readonly kind: FailureKind;
  readonly advice?: RegExp;
  readonly answer?: Answering;
  readonly onOpen?: (socket: Socket) => void;
  readonly url?: string;
}

const ignore = (): void => undefined;
const sends = (bytes: Buffer | string): Answering => {
  return (socket) => void socket.end(bytes);
};

const CASES: readonly Case[] = [
  {
    title: 'an HTTP server',
    kind: 'setup',
    advice: /host and port/,
    onOpen: ignore,
    answer: sends('HTTP/1.1 400 Bad Request\r\n\r\n'),
  },
  {
    title: 'an HTTP server behind a proxy that declines TLS',
    kind: 'setup',
    answer: sends('HTTP/1.1 400 Bad Request\r\n\r\n'),
  },
  { title: 'an SSH server', kind: 'setup', onOpen: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n') },
  { title: 'a MySQL server', kind: 'setup', onOpen: (socket) => socket.write('\x4a\0\0\0\x0a8.0.33\0aaaaaaaa') },
  { title: 'a Redis server', kind: 'setup', onOpen: ignore, answer: sends('-ERR Protocol error\r\n') },
  {
    title: 'a server that only speaks TLS',
    kind: 'setup',
    advice: /sslnegotiation/,
    onOpen: ignore,
    answer: sends(Buffer.from([21, 3, 1, 0, 2, 2, 70])),
  },
  { title: 'a server that closes at once', kind: 'transient', onOpen: (socket) => socket.destroy() },
  { title: 'a server that closes when it is asked', kind: 'transient', answer: (socket) => socket.destroy() },
  { title: 'a server that says nothing', kind: 'transient', answer: ignore },
  { title: 'a server that says nothing at all', kind: 'transient', onOpen: ignore, answer: ignore },
  ...([2, 7, 9, 99] as const).map((kind): Case => ({
    title: `a server that wants authentication ${kind}`,
    kind: 'credentials',
    advice: /pg_hba/,
    answer: sends(authentication(kind)),
  })),
  {
    title: 'no password for clear text',
    url: 'postgres://u@',
    kind: 'credentials',
    advice: /add the password/,
    answer: sends(authentication(3)),
  },
  {
    title: 'no password for MD5',
    url: 'postgres://u@',
    kind: 'credentials',
    advice: /add the password/,
    answer: sends(authentication(5, 'salt')),
  },
  {
    title: 'no password for SCRAM',
    url: 'postgres://u:@',
    kind: 'credentials',
    advice: /add the password/,
    answer: sends(authentication(10, 'SCRAM-SHA-256\0\0')),
  },
  { title: 'an unknown mechanism', kind: 'credentials', answer: sends(authentication(10, 'OAUTHBEARER\0\0')) },
  { title: 'a report without its end', kind: 'setup', answer: sends(message('E', 'SFATAL\0CXX')) },
  { title: 'a report that ends too early', kind: 'setup', answer: sends(message('E', 'SFATAL')) },
  { title: 'a message without a length', kind: 'setup', answer: sends(Buffer.from([82, 0, 0, 0, 0, 0, 0, 0, 0])) },
  { title: 'a message that is too short', kind: 'setup', answer: sends(Buffer.from([82, 0, 0, 0, 5, 0])) },
  {
    title: 'a database in recovery',
    kind: 'transient',
    answer: sends(fatal('57P03', 'the database system is starting up')),
  },
  { title: 'a pooler’s refusal', kind: 'credentials', answer: sends(fatal('XX000', 'Tenant or user not found')) },
];

describe('a connection to', () => {
  for (const { title, kind, advice, answer = ignore, onOpen, url = 'postgres://u:sesame@' } of CASES) {
    it(`${title} is ${kind} and leaves nothing open`, async () => {
      const server = await fakeServer(answer, onOpen);
      try {
        const failure = await failureOf(`${url}127.0.0.1:${server.port}/d`);
        expect(failure?.kind).to.equal(kind);
        expect(failure?.advice ?? '').to.match(advice ?? /^/);
        expect(`${failure?.report} ${failure?.advice}`).to.not.include('sesame');
        while (server.open.size > 0) await new Promise(setImmediate);
      } finally {
        await server.close();
      }
    });
  }
});

async function failureOf(url: string): Promise<PostgresFailure | undefined> {
  const settings = parseConnectionUrl(url);
  if ('problem' in settings) throw new Error(settings.problem);
  const limits = { statementTimeoutMs: 5000, connectTimeoutMs: 200, maxConnections: 1 };
  const database = new Database(settings, { ...limits, session: {} });
  try {
    return postgresFailure(await database.read((query) => query('SELECT 1')).catch((error: unknown) => error));
  } finally {
    await database.close();
  }
}
