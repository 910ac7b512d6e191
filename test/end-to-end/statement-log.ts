import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a Postgres server, and counts what was read. */
export interface StatementLog {
  /** The URL of the server, through here. */
  readonly url: string;
  /** How many records the answers to `COPY … TO STDOUT` had. Rows of the traces of records do not count. */
  copiedRecords(): number;
  close(): Promise<void>;
}

/** What reads the traces of a page's generations or scores, beside them. */
const OF_TRACES = /FROM traces AS trace WHERE/u;

/** Listens in front of a server that is used without TLS. */
export async function aStatementLog(databaseUrl: string): Promise<StatementLog> {
  const target = new URL(databaseUrl);
  let copiedRecords = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    let isOfTraces = false;
    const upstream = connect(Number(target.port), target.hostname);
    const readQuery = messageReader('untyped first', (type, body) => {
      const text = type === 'Q' ? body.toString('utf8').replace(/\0$/u, '') : '';
      if (/^COPY\b/iu.test(text)) isOfTraces = OF_TRACES.test(text);
    });
    const readAnswer = messageReader('all typed', (type, body) => {
      const rows = type === 'C' ? Number(/^COPY (\d+)/u.exec(body.toString('utf8'))?.[1] ?? 0) : 0;
      if (!isOfTraces) copiedRecords += rows;
    });
    client.on('data', readQuery).pipe(upstream);
    upstream.on('data', readAnswer).pipe(client);
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket);
      socket.on('error', () => other.destroy()).once('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    copiedRecords: () => copiedRecords,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Takes messages out of a stream: a letter, unless it is a client's first one, and a length that counts itself. */
function messageReader(
  first: 'untyped first' | 'all typed',
  take: (type: string, body: Buffer) => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeLength = first === 'untyped first' ? 0 : 1;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeLength + 4) {
      const end = typeLength + rest.readUInt32BE(typeLength);
      if (rest.length < end) return;
      take(rest.toString('latin1', 0, typeLength), rest.subarray(typeLength + 4, end));
      rest = rest.subarray(end);
      typeLength = 1;
    }
  };
}
