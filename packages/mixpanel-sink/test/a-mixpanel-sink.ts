import { gunzipSync } from 'node:zlib';
import type { EncodedEvent, MappedEvent, Sink, SinkRequest } from '@sluice/core/sink';
import { mixpanelSink } from '@sluice/mixpanel-sink';
import { anAdapterContext, aUuid } from '@sluice/testkit';
import nock from 'nock';
import type { MixpanelDouble } from './mixpanel-double.js';

export const ORIGIN = 'https://api.mixpanel.com';
export const TOKEN = '6d1f0a52token';
export const NOW = Date.UTC(2026, 0, 15, 12);
export const CONTEXT = { now: NOW, backfill: false, pipeline: 'test', stream: 'note' };

export function aSink(options: object = {}): Sink {
  const config = mixpanelSink.config.parse({ projectToken: TOKEN, ...options });
  return mixpanelSink.create(config, { ...anAdapterContext(), pipeline: 'test', events: [] });
}

export function anEvent(number: number, more: Readonly<Record<string, MappedEvent[string]>> = {}): MappedEvent {
  return {
    event: 'chat',
    uuid: aUuid(number),
    time: '2026-01-15T09:00:00.000Z',
    user: 'user-1',
    properties: { cost_usd: 0.5 },
    ...more,
  };
}

export function encoded(sink: Sink, events: readonly MappedEvent[]): readonly EncodedEvent[] {
  return events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
}

export function requestFor(sink: Sink, events: readonly MappedEvent[]): SinkRequest {
  const [request] = sink.assemble(encoded(sink, events), CONTEXT).requests;
  if (request === undefined) throw new Error('events make a request');
  return request;
}

/** Mixpanel's address answers as the double does, until nock is cleaned. */
export function listen(double: MixpanelDouble): void {
  nock(ORIGIN)
    .persist()
    .post('/import')
    .query({ strict: '1' })
    .reply(async function answer(_uri, body) {
      const isCompressed = typeof body === 'string';
      const text = isCompressed ? String(gunzipSync(Buffer.from(body, 'hex'))) : JSON.stringify(body);
      const [status, answered] = await double.answer(text, this.req.headers['authorization']);
      return [status, answered as nock.Body];
    });
}
