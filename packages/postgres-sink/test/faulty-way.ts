import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a database that hangs or refuses as a conformance suite asks, and ends when it is closed. */
export interface FaultyWay {
  /** The URL of the database by this way. */
  readonly url: string;
  close(): Promise<void>;
}

/** `answer`: an error of the server in place of what the database says to something sent, or undefined. */
export async function aFaultyWay(
  url: string,
  answer: (sent: string) => Promise<Buffer | undefined>,
): Promise<FaultyWay> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => [client, database].forEach((each) => each.destroy()));
    }
    database.pipe(client);
    const pass = async (sent: Buffer): Promise<void> => {
      const error = await answer(sent.toString('latin1'));
      if (error === undefined) database.write(sent);
      else client.end(error);
    };
    client.on('data', (sent) => void pass(sent));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const way = new URL(url);
  way.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: way.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

/** https://www.postgresql.org/docs/current/protocol-error-fields.html */
export function errorOfServer(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message.replaceAll('\0', ' ')}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
