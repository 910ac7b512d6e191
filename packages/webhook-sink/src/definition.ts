import { httpSink, type HttpSinkRequest } from '@sluice/adapter-kit';
import { receiptOf, statusesOf } from './answer-rules.js';
import { checkReceiver } from './check-receiver.js';
import { cloudEvent } from './cloud-event.js';
import { webhookSinkConfig, type WebhookSinkConfig } from './config.js';
import { plainEvent } from './plain-event.js';
import { webhookSetup } from './setup.js';
import { signedHeaders } from './sign.js';
import { webhookId } from './webhook-id.js';

/** Receivers rarely take larger bodies; one that takes less answers 413, and the request is split. */
const MAX_BYTES = 1_048_576;

/** https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md */
const CLOUD_EVENT_TYPES = {
  cloudevent: 'application/cloudevents+json; charset=UTF-8',
  'cloudevents-batch': 'application/cloudevents-batch+json; charset=UTF-8',
};

export const webhookSink = httpSink<WebhookSinkConfig>({
  type: 'webhook',
  doc: 'Delivers events to an HTTP endpoint of your own.',
  name: 'the receiver',
  addressOption: 'url',
  config: webhookSinkConfig,
  eventSchema: 'any',
  setup: webhookSetup,
  repeats: ({ repeats: effect, within }) => ({ effect, ...(within !== undefined && { withinMs: within }) }),
  request,
  encode: (event, { body, cloudEvents }) =>
    body === 'cloudevent' || body === 'cloudevents-batch' ? cloudEvent(event, cloudEvents) : plainEvent(event),
  receipt: receiptOf,
  statuses: statusesOf,
  sign: ({ body, events, now }, { signingSecrets }) =>
    signedHeaders(webhookId(events), body, { now, secrets: signingSecrets.map((secret) => secret.reveal()) }),
  check: checkReceiver,
});

function request(config: WebhookSinkConfig): HttpSinkRequest {
  const { url, method, headers, secretHeaders, body, key, contentType, maxEvents } = config;
  const ofCloudEvents = body === 'cloudevent' || body === 'cloudevents-batch' ? CLOUD_EVENT_TYPES[body] : undefined;
  const written = contentType ?? ofCloudEvents;
  return {
    url,
    method,
    headers: { ...headers, ...secretHeaders },
    body: bodyForm(body, key),
    ...(written !== undefined && { contentType: written }),
    limits: { maxEvents, maxBytes: MAX_BYTES, maxRequestsInFlight: 4 },
  };
}

function bodyForm(body: WebhookSinkConfig['body'], key: string): HttpSinkRequest['body'] {
  if (body === 'event' || body === 'cloudevent') return 'single';
  if (body === 'object') return { list: key };
  return body === 'ndjson' ? 'ndjson' : 'array';
}
