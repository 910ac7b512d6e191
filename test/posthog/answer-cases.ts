import type { PosthogSimulator, PosthogSimulatorOptions, SimulatorFault } from '@sluice/posthog-simulator';

/** What becomes of the events. Paused: the cursor is kept, and nothing is dead-lettered. */
type Fate =
  | 'delivered'
  | 'sent again, delivered'
  | 'split, delivered'
  | 'dropped by PostHog, unnoticed'
  | 'dead letter'
  | 'paused';

export interface AnswerCase {
  /** The first column of the table. */
  readonly answer: string;
  readonly fate: Fate;
  readonly exitCode: 0 | 1 | 3;
  /** Happens to the second request for events; the first one was accepted. */
  readonly fault?: SimulatorFault;
  /** Of the twenty events, the one that PostHog does not take. */
  readonly poison?: number;
  readonly restricted?: number;
  readonly prepare?: (simulator: PosthogSimulator) => void;
  readonly limits?: PosthogSimulatorOptions['limits'];
  /** Of the twenty, the one with a long name. */
  readonly largeTrace?: number;
  /** Events that PostHog drops without a word. */
  readonly lost?: number;
}

function status(code: number, body?: string, retryAfter?: string): SimulatorFault {
  const optional = { ...(body === undefined ? {} : { body }), ...(retryAfter === undefined ? {} : { retryAfter }) };
  return { kind: 'status', status: code, ...optional };
}

function v1Tag(code: number, tag: string): SimulatorFault {
  return status(code, JSON.stringify({ error: tag }));
}

const AGAIN = { fate: 'sent again, delivered', exitCode: 0 } as const;
const PAUSED = { fate: 'paused', exitCode: 1 } as const;

/** What both protocols mean the same by. */
const BOTH: readonly AnswerCase[] = [
  { answer: 'no answer: the connection breaks before', ...AGAIN, fault: { kind: 'reset', when: 'before' } },
  { answer: 'no answer: the connection breaks after', ...AGAIN, fault: { kind: 'reset', when: 'after' } },
  { answer: 'no answer within `requestTimeout`', ...AGAIN, fault: { kind: 'hang' } },
  { answer: '200 with an HTML page', ...AGAIN, fault: { kind: 'html', status: 200 } },
  { answer: '200 with an empty body', ...AGAIN, fault: status(200, '') },
  { answer: '200 with other JSON', ...AGAIN, fault: status(200, '{"hello":1}') },
  { answer: '204', ...AGAIN, fault: status(204, '') },
  { answer: 'a redirect', ...PAUSED, fault: { kind: 'redirect', location: 'https://login.example.com/?next=x' } },
  { answer: '401', ...PAUSED, fault: status(401, 'API key is not valid') },
  { answer: '402', ...PAUSED, fault: status(402, 'payment required') },
  { answer: '403', ...PAUSED, fault: status(403, 'forbidden') },
  { answer: '404', ...AGAIN, fault: status(404, 'not found') },
  { answer: '408', ...AGAIN, fault: status(408, 'body read timed out') },
  { answer: '413 for the request', fate: 'split, delivered', exitCode: 0, limits: { maxBodyBytes: 1_600 } },
  { answer: '415', ...AGAIN, fault: status(415, 'unsupported') },
  { answer: '429 with `Retry-After` in seconds', ...AGAIN, fault: status(429, 'slow down', '30') },
  {
    answer: '429 with `Retry-After` as a date',
    ...AGAIN,
    fault: status(429, 'slow down', 'Tue, 10 Mar 2026 12:01:00 GMT'),
  },
  { answer: '500', ...AGAIN, fault: status(500, 'internal error') },
  { answer: '502 with an HTML page', ...AGAIN, fault: { kind: 'html', status: 502 } },
  { answer: '503', ...AGAIN, fault: status(503) },
  { answer: '504', ...AGAIN, fault: status(504, 'gateway timeout') },
];

export const ANSWER_CASES: Readonly<Record<'v0' | 'v1', readonly AnswerCase[]>> = {
  v0: [
    { answer: '200 `{"status":"Ok"}`', fate: 'delivered', exitCode: 0 },
    {
      answer: '200 with an exhausted quota',
      fate: 'dropped by PostHog, unnoticed',
      exitCode: 0,
      lost: 20,
      prepare: (simulator) => {
        simulator.quotaExceeded = true;
      },
    },
    {
      answer: '200 with a restricted event',
      fate: 'dropped by PostHog, unnoticed',
      exitCode: 0,
      restricted: 13,
      lost: 1,
    },
    {
      answer: '200 with `quota_limited: ["events"]`',
      ...PAUSED,
      fault: status(200, '{"status":1,"quota_limited":["events"]}'),
    },
    { answer: '400 for one event', fate: 'dead letter', exitCode: 3, poison: 13 },
    {
      answer: '413 for one event',
      fate: 'dead letter',
      exitCode: 3,
      largeTrace: 13,
      limits: { maxEventBytes: 1_000 },
    },
    { answer: '400 with an HTML page', ...AGAIN, fault: { kind: 'html', status: 400 } },
    ...BOTH,
  ],
  v1: [
    { answer: '`ok` for every event', fate: 'delivered', exitCode: 0 },
    { answer: '`warning`', fate: 'delivered', exitCode: 0, fault: { kind: 'partial', every: 2, word: 'warning' } },
    { answer: '`retry`', ...AGAIN, fault: { kind: 'partial', every: 2, word: 'retry' } },
    { answer: 'nothing about an event', ...AGAIN, fault: { kind: 'partial', every: 2, word: 'none' } },
    { answer: '`drop`, for what the event is', fate: 'dead letter', exitCode: 3, poison: 13 },
    {
      answer: '`drop`, `event_too_big`',
      fate: 'dead letter',
      exitCode: 3,
      largeTrace: 13,
      limits: { maxEventBytes: 1_000 },
    },
    { answer: '`drop`, `ai_byte_rate_limited`', ...AGAIN, fault: { kind: 'partial', every: 2, word: 'throttled' } },
    { answer: '`drop`, `event_restriction_drop`', ...PAUSED, restricted: 13 },
    {
      answer: '`drop`, `billing_limit_exceeded`',
      ...PAUSED,
      prepare: (simulator) => {
        simulator.quotaExceeded = true;
      },
    },
    { answer: '400 `missing_required_headers`', ...AGAIN, fault: v1Tag(400, 'missing_required_headers') },
    { answer: '429 `billing_limit_exceeded`', ...PAUSED, fault: v1Tag(429, 'billing_limit_exceeded') },
    ...BOTH,
  ],
};
