import { createServer } from 'node:http';

/** Takes events of the webhook sink, and remembers how often each record came. */
export async function startReceiver() {
  const times = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      // The sink asks with an empty request whether anybody is there.
      const text = Buffer.concat(chunks).toString();
      for (const { properties } of text === '' ? [] : JSON.parse(text)) {
        times.set(properties.id, (times.get(properties.id) ?? 0) + 1);
      }
      response.writeHead(204).end();
    });
  });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    times,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve).closeAllConnections();
      }),
  };
}
