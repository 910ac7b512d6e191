import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { decompressedV0 } from './parse-body.js';

/** A request as it arrived, with the status of its answer: undefined while it has none. */
export interface SimulatorRequest {
  readonly method: string;
  /** Without the query and without a trailing slash. */
  readonly path: string;
  /** What follows the `?` of the address, as it was sent. */
  readonly query: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly wireBytes: number;
  /** The decompressed body; undefined when it is not JSON. */
  readonly body: unknown;
  status: number | undefined;
}

export const V0_PATHS: ReadonlySet<string> = new Set(['/batch', '/e', '/i/v0/e', '/capture', '/track', '/engage']);
export const V1_PATH = '/i/v1/analytics/events';
/** The routes for large AI events. */
export const AI_PATHS = { v0: '/i/v0/ai/batch', v1: '/i/v1/ai/events' } as const;

const PATHS_FOR_EVENTS: ReadonlySet<string> = new Set([...V0_PATHS, V1_PATH, ...Object.values(AI_PATHS)]);

export function simulatorRequest(incoming: IncomingMessage, wire: Buffer): SimulatorRequest {
  const [path = '', query = ''] = (incoming.url ?? '/').split('?');
  return {
    method: incoming.method ?? 'GET',
    path: `/${path.replace(/^\/+|\/+$/g, '')}`,
    query,
    headers: incoming.headers,
    wireBytes: wire.length,
    body: shownBody(wire),
    status: undefined,
  };
}

/** Not for an empty list of events: clients probe the protocol with one. */
export function isForEvents({ method, path, body }: SimulatorRequest): boolean {
  if (method !== 'POST' || !PATHS_FOR_EVENTS.has(path)) return false;
  const hasBatch = typeof body === 'object' && body !== null && 'batch' in body;
  return !hasBatch || !Array.isArray(body.batch) || body.batch.length > 0;
}

function shownBody(wire: Buffer): unknown {
  try {
    return JSON.parse(decompressedV0(wire).toString('utf8'));
  } catch {
    return undefined;
  }
}
