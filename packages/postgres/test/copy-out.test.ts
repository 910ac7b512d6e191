import { expect } from 'chai';
import { parseConnectionUrl } from '#src/connection-settings.js';
import { Database, type Copy } from '#src/database.js';
import { NOT_POSTGRES } from '#src/message-check.js';
import { postgresFailure } from '#src/postgres-failure.js';
import { authentication, fakeServer, fatal, message, type Answering } from './fake-server.js';

const READY = message('Z', 'T');
const COPYING = message('H', Buffer.from([0, 0, 1, 0, 0]));
const done = (tag: string): Buffer => message('C', `${tag}\0`);
const whole = (...messages: readonly Buffer[]): Buffer => Buffer.concat(messages);

/** Lets everybody in, and knows nothing but how to answer a copy. `early`: what it sends before it is asked for one. */
function answering(copy: Answering, early: Buffer): Answering {
  return (socket, sent) => {
    const type = String.fromCharCode(sent[0] ?? 0);
    if (type === '\0') socket.write(whole(authentication(0), READY));
    else if (type === 'P')
      socket.write(whole(...['1', '2', 'n'].map((each) => message(each, '')), done('SELECT 0'), READY, early));
    else if (sent.includes('COPY')) copy(socket, sent);
    else if (type === 'Q') socket.write(whole(done('BEGIN'), READY));
  };
}

async function copyFrom(copy: Answering, early: Buffer = Buffer.alloc(0)): Promise<Awaited<ReturnType<Copy>>> {
  const server = await fakeServer(answering(copy, early));
  const settings = parseConnectionUrl(`postgres://u:p@127.0.0.1:${server.port}/d?sslmode=disable`);
  if ('problem' in settings) throw new Error(settings.problem);
  const database = new Database(settings, {
    statementTimeoutMs: 200,
    connectTimeoutMs: 200,
    maxConnections: 1,
    session: {},
  });
  try {
    return await database.read((_query, read) => read('SELECT 1'));
  } finally {
    await database.close();
    await server.close();
  }
}

describe('the answer to a copy', () => {
  const row = message('d', 'a\n');

  it('is put together from messages of any length', async () => {
    const lines = ['short\n', `${'long '.repeat(50_000)}\n`, '\n', 'last\n'];
    const copied = await copyFrom((socket) => {
      for (const byte of whole(COPYING, message('d', 'first\n'))) socket.write(Buffer.from([byte]));
      socket.write(whole(...lines.map((line) => message('d', line)), message('c', ''), done('COPY 5'), READY));
    });
    expect(copied.rows).to.equal(5);
    expect(copied.bytes.toString()).to.equal(`first\n${lines.join('')}`);
  });

  it('is complete when it begins in the middle of a notice', async () => {
    const notice = message('N', 'SNOTICE\0VNOTICE\0C00000\0Mnoted\0\0');
    // What follows looks like a row.
    const cut = notice.lastIndexOf('d');
    const copied = await copyFrom(
      (socket) => {
        socket.write(whole(notice.subarray(cut), COPYING, row, row, message('c', ''), done('COPY 2'), READY));
      },
      notice.subarray(0, cut),
    );
    expect(copied.bytes.toString()).to.equal('a\na\n');
  });

  it('is complete when a notice arrives before it in two pieces, or between its rows', async () => {
    const notice = message('N', 'SNOTICE\0VNOTICE\0C00000\0Mnoted\0\0');
    const copied = await copyFrom((socket) => {
      socket.write(whole(COPYING, notice.subarray(0, 7)));
      socket.write(
        whole(notice.subarray(7), row, notice, row, message('d', ''), row, message('c', ''), done('COPY 3'), READY),
      );
    });
    expect(copied.bytes.toString()).to.equal('a\na\na\n');
  });

  const failures: readonly (readonly [title: string, answer: Answering, report: string])[] = [
    ['that the server breaks off', (socket) => socket.end(whole(COPYING, row)), 'Connection terminated unexpectedly'],
    [
      'that ends with an error',
      (socket) => socket.write(whole(COPYING, row, fatal('57P01', 'stopping'), READY)),
      'stopping',
    ],
    ['that never ends', (socket) => socket.write(whole(COPYING, row)), 'Query read timeout'],
    ['without an end', (socket) => socket.write(whole(COPYING, row, READY)), NOT_POSTGRES],
    ['of another statement', (socket) => socket.write(whole(done('SELECT 1'), READY)), NOT_POSTGRES],
    ['in rows', (socket) => socket.write(whole(message('D', Buffer.from([0, 0])), READY)), NOT_POSTGRES],
    ['that asks for data', (socket) => socket.write(message('G', Buffer.from([0, 0, 0]))), NOT_POSTGRES],
    ['in no message', (socket) => socket.write('HTTP/1.1 400 Bad Request'), NOT_POSTGRES],
  ];
  for (const [title, answer, report] of failures) {
    it(`fails for now: one ${title}`, async () => {
      const error: unknown = await copyFrom(answer).catch((reason: unknown) => reason);
      expect(postgresFailure(error)).to.include({ kind: 'transient', report });
    });
  }
});
