import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { decompressedV0 } from './parse-body.js';

/** One request as it arrived, and the status that it got: undefined while it has no answer. */
export interface SimulatorRequest {
  readonly method: string;
  /** Without the query and without a trailing slash. */
  readonly path: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly wireBytes: number;
  /** The body, decompressed; undefined when it is no JSON. */
  readonly body: unknown;
  status: number | undefined;
}

export const V0_PATHS: ReadonlySet<string> = new Set(['/batch', '/e', '/i/v0/e', '/capture', '/track', '/engage']);
export const V1_PATH = '/i/v1/analytics/events';

export async function wireBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export function simulatorRequest(incoming: IncomingMessage, wire: Buffer): SimulatorRequest {
  const path = (incoming.url ?? '/').split('?')[0] ?? '';
  return {
    method: incoming.method ?? 'GET',
    path: `/${path.replace(/^\/+|\/+$/g, '')}`,
    headers: incoming.headers,
    wireBytes: wire.length,
    body: shownBody(wire),
    status: undefined,
  };
}

/** A list without events is no request for events: that is how a client asks which protocol is spoken. */
export function isForEvents({ method, path, body }: SimulatorRequest): boolean {
  if (method !== 'POST' || !(V0_PATHS.has(path) || path === V1_PATH)) return false;
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
