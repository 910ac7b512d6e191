import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Database, parseConnectionUrl, postgresFailure } from '@sluice/postgres';
import { choicesFrom, type Choices, type FuzzTarget } from './fuzz-target.js';

const PASSWORD = 'sesame-open-4711';

/** What happens to the bytes of one connection, each with where: a count of bytes that the server has sent. */
interface Damage {
  readonly at: number;
  readonly kind: 'cut' | 'silent' | 'change' | 'insert' | 'repeat';
  readonly bytes: Buffer;
}

/** Reads from a server whose bytes are cut, changed, held back and repeated anywhere. */
export const postgresWire: FuzzTarget = {
  doc: "Postgres's answers",
  async start() {
    let damages: readonly Damage[] = [];
    const server = createServer((socket) => serve(socket, damages)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgres://u:${PASSWORD}@127.0.0.1:${(server.address() as AddressInfo).port}/d?sslmode=disable`;
    return {
      async attempt(seed) {
        damages = someDamages(choicesFrom(seed));
        try {
          await tried(url);
        } catch (error) {
          throw new Error(
            damages.map(({ at, kind, bytes }) => `${kind} at ${at}: ${bytes.toString('hex')}`).join(', '),
            {
              cause: error,
            },
          );
        }
      },
      async close() {
        server.close();
        await once(server, 'close');
      },
    };
  },
};

/** Succeeds, or fails with an error that is explained, and holds no secret. */
async function tried(url: string): Promise<void> {
  const settings = parseConnectionUrl(url);
  if ('problem' in settings) throw new Error(settings.problem);
  const limits = { statementTimeoutMs: 30, connectTimeoutMs: 60, maxConnections: 1, areValuesText: true };
  const database = new Database(settings, { ...limits, session: {} });
  try {
    await database.read((query) => query('SELECT ?', ['x']));
  } catch (error) {
    const failure = postgresFailure(error);
    if (failure === undefined) throw new Error('taken for a bug', { cause: error });
    if (`${failure.report} ${failure.advice}`.includes(PASSWORD.slice(0, 4))) throw new Error('a secret in the report');
  } finally {
    await database.close();
  }
}

function someDamages(choices: Choices): readonly Damage[] {
  return Array.from({ length: 1 + choices.below(3) }, (): Damage => {
    const kind = choices.once(60)
      ? 'silent'
      : choices.of(['cut', 'change', 'change', 'change', 'insert', 'repeat'] as const);
    const length = choices.of([1, 1, 1, 2, 4, 20]);
    // Bytes that mean something: types of messages, lengths, ends of texts.
    const bytes = choices.once(2)
      ? choices.bytes(length)
      : Buffer.from(
          choices.of([
            '\0',
            'E',
            'N',
            'R',
            'D',
            'Z',
            'T',
            '\0\0\0\0',
            '\xff\xff\xff\xff',
            '\x7f\xff\xff\xff',
            'E\0\0\0\x05S',
            'R\0\0\0\x08\0\0\0\x07',
          ]),
          'latin1',
        );
    return { at: choices.below(420), kind, bytes };
  });
}

/** A server that lets everybody in with SCRAM left out, and answers every query with three rows. */
function serve(socket: Socket, damages: readonly Damage[]): void {
  let [sent, isSilent] = [0, false];
  let received = Buffer.alloc(0);
  let isStarted = false;
  const send = (whole: Buffer): void => {
    let bytes = whole;
    for (const { at, kind, bytes: more } of damages) {
      const place = at - sent;
      if (place < 0 || place >= whole.length || isSilent) continue;
      if (kind === 'cut') return void socket.end(bytes.subarray(0, place));
      if (kind === 'silent') isSilent = true;
      if (kind === 'change')
        bytes = Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place + more.length)]);
      if (kind === 'insert') bytes = Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
      if (kind === 'repeat') bytes = Buffer.concat([bytes, bytes.subarray(place)]);
    }
    sent += whole.length;
    if (!isSilent) socket.write(bytes);
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const headBytes = isStarted ? 1 : 0;
      if (received.length < headBytes + 4) return;
      const end = headBytes + received.readUInt32BE(headBytes);
      if (received.length < end) return;
      const type = isStarted ? String.fromCharCode(received[0] ?? 0) : 'start';
      received = received.subarray(end);
      isStarted = true;
      if (type === 'start') send(GREETING);
      if (type === 'Q') send(Buffer.concat([message('C', 'BEGIN\0'), message('Z', 'T')]));
      if (type === 'S') send(ROWS);
      if (type === 'X') socket.end();
    }
  });
}

function message(type: string, body: Buffer | string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(Buffer.byteLength(body) + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const GREETING = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('S', 'server_version\x0016.4\0'),
  message('S', 'client_encoding\0UTF8\0'),
  message('K', Buffer.alloc(8, 1)),
  message('N', 'SNOTICE\0VNOTICE\0C00000\0Mhello\0\0'),
  message('Z', 'I'),
]);

const FIELD = Buffer.from('value\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0', 'latin1');
const ROW = message('D', Buffer.from('\0\x01\0\0\0\x05hello', 'latin1'));
const ROWS = Buffer.concat([
  message('1', ''),
  message('2', ''),
  message('T', Buffer.concat([Buffer.from([0, 1]), FIELD])),
  ROW,
  ROW,
  message('D', Buffer.from('\0\x01\xff\xff\xff\xff', 'latin1')),
  message('C', 'SELECT 3\0'),
  message('Z', 'T'),
]);
