import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { isObject } from '@sluice/adapter-kit';
import type { PosthogSimulator, ReceivedEvent } from '@sluice/posthog-simulator';
import { EVENTS_QUERY, GROUPS_QUERY, PERSONS_QUERY, SESSIONS_QUERY } from './queries.js';

type Row = readonly unknown[];

/** Answers the queries of the script, and no other, from what a simulator stores. */
export class QueryStub {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param seen what of the simulator's events the queries find */
  static async start(simulator: PosthogSimulator, seen: (event: ReceivedEvent) => ReceivedEvent): Promise<QueryStub> {
    const server = createServer((request, response) => {
      answer(request, response, () => simulator.distinct().map(seen)).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new QueryStub(server);
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the stub is not running');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  events: () => readonly ReceivedEvent[],
): Promise<void> {
  const body: unknown = await json(request);
  const isKnown = request.url === '/api/projects/7/query/' && request.headers.authorization === 'Bearer phx_a';
  const query: unknown = isObject(body) ? body['query'] : undefined;
  const results = isKnown && isObject(query) ? rowsOf(query, events()) : undefined;
  response.writeHead(results === undefined ? 403 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ results }));
}

function rowsOf(
  { query, values }: Readonly<Record<string, unknown>>,
  events: readonly ReceivedEvent[],
): readonly Row[] {
  const { run, session } = isObject(values) ? values : {};
  const mine = events.filter(({ properties }) => properties['sluice_acceptance_run'] === run);
  if (query === EVENTS_QUERY) {
    return mine.map(({ uuid, event, distinctId, timestamp, properties }) => [
      uuid,
      event,
      distinctId,
      timestamp,
      properties['sluice_acceptance_value'],
      properties['$geoip_country_code'],
    ]);
  }
  if (query === GROUPS_QUERY) return groupsOf(mine);
  if (query === PERSONS_QUERY) return personsOf(mine);
  if (query !== SESSIONS_QUERY) throw new Error(`not a query of the script: ${String(query)}`);
  return events.some(({ properties }) => properties['$session_id'] === session) ? [[session]] : [];
}

function groupsOf(events: readonly ReceivedEvent[]): readonly Row[] {
  return events.flatMap(({ event, properties }) => (event === '$groupidentify' ? [[properties['$group_key']]] : []));
}

function personsOf(events: readonly ReceivedEvent[]): readonly Row[] {
  const persons = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { distinctId, properties } of events) {
    const set = properties['$set'];
    if (!isObject(set) || properties['$process_person_profile'] === false) continue;
    persons.set(distinctId, { ...persons.get(distinctId), ...set });
  }
  return [...persons.values()].map((person) => [person['sluice_acceptance_probe'], person['sluice_acceptance_value']]);
}
