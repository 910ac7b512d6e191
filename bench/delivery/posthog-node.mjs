import { PostHog } from 'posthog-node';

/** As in the library's documentation: capture, then shutdown at the end. */
export async function captureAndShutdown(host, rows) {
  const client = new PostHog('phc_bench', { host });
  const errors = countErrors(client);
  for (const row of rows) client.capture(eventOf(row));
  await client.shutdown();
  return errors.count;
}

/** Awaits a flush after every 1,000 events. */
export async function captureAndFlush(host, rows) {
  const client = new PostHog('phc_bench', { host, flushAt: 1000, maxQueueSize: 10_000 });
  const errors = countErrors(client);
  for (const [index, row] of rows.entries()) {
    client.capture(eventOf(row));
    if ((index + 1) % 1000 === 0) await client.flush().catch(() => undefined);
  }
  await client.shutdown();
  return errors.count;
}

function eventOf({ row, user, at }) {
  return { distinctId: user, event: 'trace', timestamp: new Date(at), properties: { row } };
}

function countErrors(client) {
  const errors = { count: 0 };
  client.on('error', () => {
    errors.count += 1;
  });
  return errors;
}
