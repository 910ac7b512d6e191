import { createServer } from 'node:net';

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((fulfil) => {
    server.listen(0, '127.0.0.1', fulfil);
  });
  const address = server.address();
  await new Promise((fulfil) => {
    server.close(fulfil);
  });
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
