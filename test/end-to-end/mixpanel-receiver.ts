import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** An event as Mixpanel stores it. */
interface MixpanelEvent {
  readonly event: string;
  /** `time` in milliseconds, `$insert_id`, and the properties of the mapping. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Mixpanel's `POST /import` on 127.0.0.1. https://docs.mixpanel.com/reference/import-events */
export interface MixpanelReceiver {
  readonly url: string;
  /** Every event that it took, repeats too, in the order in which they came. */
  received(): readonly MixpanelEvent[];
  stop(): Promise<void>;
}

export async function aMixpanelReceiver(token: string): Promise<MixpanelReceiver> {
  const received: MixpanelEvent[] = [];
  const authorization = `Basic ${Buffer.from(`${token}:`).toString('base64')}`;

  const answer = (events: readonly MixpanelEvent[]): readonly [number, object] => {
    const failed = events.flatMap(({ properties }, index) =>
      Number(properties['time']) > 0 ? [] : [{ index, field: 'properties.time', message: 'is invalid' }],
    );
    if (failed.length > 0) return [400, { code: 400, num_records_imported: 0, failed_records: failed }];
    received.push(...events);
    return [200, { code: 200, num_records_imported: events.length, status: 'OK' }];
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isKnown = request.headers.authorization === authorization && request.url?.startsWith('/import') === true;
      const [status, content] = isKnown
        ? answer(
            JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')),
          )
        : [401, { code: 401, error: 'Invalid credentials', status: 'Unauthorized' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    received: () => received,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
