import type { JsonObject } from '@sluice/core/adapter';
import type { MappedEvent, Receipt, Sink, SinkRequest } from '@sluice/core/sink';
import { anAdapterContext, manualRuntime } from '@sluice/testkit';
import nock from 'nock';
import { webhookSink } from '#src/definition.js';

export const ORIGIN = 'https://hooks.example.com';
export const PATH = '/in/token-1234';
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const OLD_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

const CONTEXT = { now: Date.UTC(2026, 0, 15, 12), backfill: false, pipeline: 'test', stream: 'note' };

/** What arrived. */
export interface Arrived {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function aSink(options: object = {}, runtime = manualRuntime()): Sink {
  return webhookSink.create(
    webhookSink.config.parse({ url: ORIGIN + PATH, ...options }),
    anAdapterContext({ runtime }),
  );
}

/** A receiver that answers the next request, or all of them. */
export function aReceiver(
  answer: {
    readonly status?: number;
    readonly body?: string | JsonObject;
    readonly headers?: Record<string, string>;
  } = {},
  { method = 'POST', isPersistent = false } = {},
): readonly Arrived[] {
  const arrived: Arrived[] = [];
  nock(ORIGIN)
    .persist(isPersistent)
    .intercept(PATH, method)
    .reply(function (_path, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      arrived.push({ body: text, headers: this.req.headers });
      return [answer.status ?? 200, answer.body ?? '', answer.headers ?? {}];
    });
  return arrived;
}

/** Encodes events as one request. */
export function requestFor(sink: Sink, events: readonly MappedEvent[]): SinkRequest {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  const [request] = sink.assemble(encoded, CONTEXT).requests;
  if (request === undefined) throw new Error('events make a request');
  return request;
}

export async function send(sink: Sink, events: readonly MappedEvent[]): Promise<Receipt> {
  return sink.send(requestFor(sink, events), { attempt: 1 });
}

export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Error,
  );
}
