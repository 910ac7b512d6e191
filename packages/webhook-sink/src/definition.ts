import { createHash } from 'node:crypto';
import { httpSink, type HttpSinkOptions, type HttpSinkRequest } from '@sluice/adapter-kit';
import type { SinkDefinition } from '@sluice/core/sink';
import { receiptOf, statusesOf } from './answer-rules.js';
import { checkReceiver } from './check-receiver.js';
import { cloudEvent } from './cloud-event.js';
import { webhookSinkConfig, type WebhookSinkConfig } from './config.js';
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

const options: HttpSinkOptions<WebhookSinkConfig> = {
  type: 'webhook',
  doc: 'Delivers events to your own HTTP endpoint.',
  name: 'the receiver',
  addressOption: 'url',
  config: webhookSinkConfig,
  eventSchema: 'any',
  setup: webhookSetup,
  repeats: ({ repeats: effect, within }) => ({ effect, ...(within !== undefined && { withinMs: within }) }),
  request,
  receipt: receiptOf,
  statuses: statusesOf,
  sign: ({ body, events, now }, { signingSecrets }) =>
    signedHeaders(webhookId(events), body, { now, secrets: signingSecrets.map((secret) => secret.reveal()) }),
  check: checkReceiver,
};

/** Events as they are can be written without an object for each. */
const plain = httpSink(options);
const cloud = httpSink({ ...options, encode: (event, { cloudEvents }) => cloudEvent(event, cloudEvents) });

export const webhookSink: SinkDefinition<WebhookSinkConfig> = {
  ...plain,
  create: (config, context) => (isCloudEvent(config.body) ? cloud : plain).create(config, context),
};

function request(config: WebhookSinkConfig): HttpSinkRequest {
  const { url, method, headers, secretHeaders, body, key, contentType, maxEvents } = config;
  const written = contentType ?? (isCloudEvent(body) ? CLOUD_EVENT_TYPES[body] : undefined);
  return {
    url,
    // The other secrets may change: the state still belongs to this receiver.
    account: `address with hash ${createHash('sha256').update(url.reveal()).digest('hex').slice(0, 16)}`,
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

function isCloudEvent(body: WebhookSinkConfig['body']): body is keyof typeof CLOUD_EVENT_TYPES {
  return body in CLOUD_EVENT_TYPES;
}
