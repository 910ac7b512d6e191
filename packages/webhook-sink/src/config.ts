import { httpOptions, isLoopback } from '@sluice/adapter-kit';
import { duration, secretText } from '@sluice/core/adapter';
import { z } from 'zod';
import { headersProblem } from './headers-problem.js';
import { JSON_POINTER } from './json-pointer.js';
import { STATUS_PATTERN } from './matches.js';
import { signingSecretProblem } from './sign.js';

const status = z.union([z.int().min(200).max(599), z.string().regex(STATUS_PATTERN)]).transform(String);
const statuses = z.array(
  status.refine((text) => !text.startsWith('3'), 'a redirect is never followed and never a success'),
);

function values(fallback: readonly string[], doc: string) {
  const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
  return z
    .array(value)
    .default([...fallback])
    .describe(doc);
}

function pointer(doc: string) {
  return z.string().regex(JSON_POINTER, 'must be a JSON pointer, such as /results or /0/status').describe(doc);
}

const answers = z.strictObject({
  accepted: statuses.optional().describe('Statuses that accept every event of the request; absent: every 2xx.'),
  retry: statuses
    .default([])
    .describe('Statuses after which the request is sent again later, besides 408, 425, 429 and 5xx.'),
  rejected: statuses
    .default([])
    .describe('Statuses that reject an event, besides 400 and 422: it becomes a dead letter.'),
  refused: statuses.default([]).describe('Statuses that pause the pipeline, besides 401, 402, 403 and 410.'),
});

const results = z.strictObject({
  at: pointer('Where the answer has the results: a list in the order of the events, or an object by their uuids.'),
  id: pointer(
    'Where an entry of the list has the uuid of its event. Absent: the list has the order of the events.',
  ).optional(),
  value: pointer('Where an entry has its result; empty: the entry is the result.').default(''),
  detail: pointer('Where an entry has a text for people.').default('/detail'),
  accepted: values(['ok', 'true', '2xx'], 'Results that accept the event.'),
  retry: values(['retry', '429', '5xx'], 'Results after which the event is sent again.'),
  rejected: values(['drop', 'rejected', 'false', '400', '422'], 'Results that make a dead letter of the event.'),
  refused: values([], 'Results that pause the pipeline.'),
});

const cloudEvents = z.strictObject({
  source: z.string().min(1).default('/sluice').describe('The attribute `source`: where the events come from, a URI.'),
  typePrefix: z
    .string()
    .default('')
    .describe('The prefix of the name of the event in the attribute `type`, such as `com.example.`.'),
});

/** The options of `use: webhook`. */
export const webhookSinkConfig = z
  .strictObject({
    url: secretText()
      .superRefine((url, context) => {
        const text = url.reveal();
        const protocol = URL.canParse(text) ? new URL(text).protocol : '';
        if (protocol === 'https:' || protocol === 'http:') return;
        context.addIssue({ code: 'custom', message: 'must be an address that begins with https://' });
      })
      .describe('Where the events go. A secret, because the addresses of many receivers hold a token.'),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').describe('The method of the requests.'),
    headers: z.record(z.string(), z.string()).default({}).describe('Headers of every request that are not secret.'),
    secretHeaders: z
      .record(z.string(), secretText())
      .default({})
      .describe('Headers of every request that are secret, such as `Authorization: Bearer ${TOKEN}`.'),
    signingSecrets: z
      .array(
        secretText().superRefine((secret, context) => {
          const message = signingSecretProblem(secret.reveal());
          if (message !== undefined) context.addIssue({ code: 'custom', message });
        }),
      )
      .max(4)
      .default([])
      .describe('Secrets, `whsec_…`, that sign every request by Standard Webhooks; several during a rotation.'),
    body: z
      .enum(['array', 'object', 'event', 'ndjson', 'cloudevent', 'cloudevents-batch'])
      .default('array')
      .describe('How the events of a request are written; with `event` and `cloudevent`, each event is a request.'),
    key: z.string().min(1).default('events').describe('With `body: object`, the name of the list in it.'),
    contentType: z.string().min(1).optional().describe('The content type; absent: that of `body`.'),
    cloudEvents: cloudEvents.prefault({}).describe('The attributes of CloudEvents.'),
    maxEvents: z.int().min(1).max(10_000).default(1_000).describe('How many events a request may have.'),
    answers: answers.prefault({}).describe('What statuses mean.'),
    results: results.optional().describe('Where an answer says what became of each event. Absent: its status decides.'),
    repeats: z
      .enum(['add', 'replace', 'ignore'])
      .default('add')
      .describe('What the receiver does with an event that it already has.'),
    within: duration()
      .refine((ms) => ms > 0, 'must be longer than 0')
      .optional()
      .describe('How long the receiver remembers an event, with `repeats: replace` or `ignore`; absent: for ever.'),
    allowInsecure: z.boolean().default(false).describe('Whether plain http to another machine is allowed.'),
    ...httpOptions,
    gzip: z
      .boolean()
      .default(false)
      .describe('Whether requests are compressed. Many receivers cannot read compressed requests.'),
    requestTimeout: httpOptions.requestTimeout.unwrap().prefault('30s').describe('How long a whole request may take.'),
  })
  .superRefine(({ url, allowInsecure, headers, secretHeaders, repeats, within, gzip, signingSecrets }, context) => {
    const { protocol, hostname } = new URL(url.reveal());
    if (protocol === 'http:' && !allowInsecure && !isLoopback(hostname)) {
      const message =
        'the events would travel unencrypted: use https, or set allowInsecure: true on a network you trust';
      context.addIssue({ code: 'custom', path: ['url'], message });
    }
    if (gzip && signingSecrets.length > 0) {
      const message =
        'must be false with signingSecrets: some receivers verify a body before they decompress it, others after';
      context.addIssue({ code: 'custom', path: ['gzip'], message });
    }
    if (repeats === 'add' && within !== undefined) {
      context.addIssue({ code: 'custom', path: ['within'], message: 'needs repeats: replace or ignore' });
    }
    for (const [option, names] of Object.entries({ headers, secretHeaders })) {
      for (const [name, value] of Object.entries(names)) {
        const message = headersProblem(name, String(typeof value === 'string' ? value : value.reveal()), option);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [option, name], message });
      }
    }
  });

export type WebhookSinkConfig = z.output<typeof webhookSinkConfig>;
