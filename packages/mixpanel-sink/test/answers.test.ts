import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type Outcome } from '@sluice/core/sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { aSink, anEvent, ORIGIN, requestFor } from './a-mixpanel-sink.js';
import { useNock } from '@sluice/testkit/nock';

const PAGE = fileURLToPath(new URL('../../../docs/mixpanel-sink.md', import.meta.url));
const FATES = [
  [TransientError, 'sent again'],
  [TooLargeError, 'split'],
  [InvalidRequestError, 'bisected'],
  [UnexpectedAnswerError, 'sent again, logged as an error'],
  [RefusedError, 'kept: the pipeline pauses'],
] as const;

interface Case {
  readonly answer: string;
  readonly status: number;
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fate: string;
  readonly message?: string;
}

const failed = (index: number, more: object = {}) => ({
  index,
  insert_id: aUuid(index),
  field: 'properties.time',
  message: 'must be seconds',
  ...more,
});
const partial = (imported: number | undefined, ...records: readonly object[]) => ({
  code: 400,
  error: 'some data points in the request failed validation',
  status: 'Bad Request',
  num_records_imported: imported,
  failed_records: records,
});
const error = (code: number, text: string) => ({ code, error: text, status: 'Error' });

/** Each is the answer to a request of three events. The rows of the page are those with a message or without `hidden`. */
const CASES: readonly Case[] = [
  { answer: '200 with `num_records_imported: 3`', status: 200, body: { num_records_imported: 3 }, fate: 'delivered' },
  {
    answer: '400 that names one in `failed_records`',
    status: 400,
    body: partial(2, failed(1)),
    fate: 'delivered, dead letter, delivered',
    message: 'Mixpanel refuses the event: properties.time: must be seconds',
  },
  {
    answer: '400 that names one, with a count that does not add up',
    status: 400,
    body: partial(1, failed(1)),
    fate: 'sent again, dead letter, sent again',
    message: 'Mixpanel took 1 of 3 events and named 1 as refused',
  },
  {
    answer: '400 that names an event that was not sent',
    status: 400,
    body: partial(2, failed(3)),
    fate: 'sent again, logged as an error',
    message: 'Mixpanel refused an event that was not in the request',
  },
  {
    answer: '400 without `failed_records`',
    status: 400,
    body: error(400, 'invalid JSON'),
    fate: 'bisected',
    message: 'Mixpanel answered 400 with "{"code":400,"error":"invalid JSON","status":"Error"}"',
  },
  {
    answer: '400 with an HTML page',
    status: 400,
    body: '<html></html>',
    fate: 'sent again, logged as an error',
    message: 'Mixpanel answered 400 with an HTML page: check host',
  },
  {
    answer: '200 with another count',
    status: 200,
    body: { num_records_imported: 2 },
    fate: 'sent again, logged as an error',
    message:
      'the host answered 200 to 3 events with "{"num_records_imported":2}", which does not say that Mixpanel took all of them: check host',
  },
  {
    answer: '200 with an HTML page',
    status: 200,
    body: '<html></html>',
    fate: 'sent again, logged as an error',
    message:
      'the host answered 200 to 3 events with an HTML page, which does not say that Mixpanel took all of them: check host',
  },
  {
    answer: '204',
    status: 204,
    body: '',
    fate: 'sent again, logged as an error',
    message:
      'the host answered 204 to 3 events with an empty answer, which does not say that Mixpanel took all of them: check host',
  },
  {
    answer: 'a redirect',
    status: 302,
    body: '',
    headers: { location: 'https://login.example.com/' },
    fate: 'kept: the pipeline pauses',
    message:
      'the host redirects https://api.mixpanel.com/import → https://login.example.com/ (302): set host to the address of Mixpanel itself, or configure the proxy in front of it to pass such requests on',
  },
  {
    answer: '401',
    status: 401,
    body: 'Invalid credentials',
    fate: 'kept: the pipeline pauses',
    message:
      'Mixpanel answered 401 with "Invalid credentials": check projectToken, and that host is the project\'s data residency',
  },
  {
    answer: '402',
    status: 402,
    body: 'over limit',
    fate: 'kept: the pipeline pauses',
    message: 'Mixpanel answered 402 with "over limit": the limit of the account is reached',
  },
  {
    answer: '403',
    status: 403,
    body: 'forbidden',
    fate: 'kept: the pipeline pauses',
    message: 'Mixpanel answered 403 with "forbidden": the service account must be Owner or Admin in the project',
  },
  {
    answer: '404',
    status: 404,
    body: 'not found',
    fate: 'sent again, logged as an error',
    message: 'Mixpanel answered 404 with "not found": check host',
  },
  {
    answer: '413',
    status: 413,
    body: 'request exceeds max limit',
    fate: 'split',
    message: 'Mixpanel answered 413 with "request exceeds max limit"',
  },
  {
    answer: '429',
    status: 429,
    body: 'exceeded rate limits',
    fate: 'sent again',
    message:
      'Mixpanel answered 429 with "exceeded rate limits": more than 2 GB or about 30,000 events a second within a minute',
  },
  {
    answer: '500, 502, 503',
    status: 503,
    body: '<html></html>',
    fate: 'sent again',
    message: 'Mixpanel answered 503 with an HTML page',
  },
];

async function answered({ status, body, headers }: Omit<Case, 'answer' | 'fate'>): Promise<unknown> {
  const scope = nock(ORIGIN)
    .post('/import')
    .query(true)
    .reply(status, body as nock.Body, headers);
  const sink = aSink();
  const request = requestFor(
    sink,
    [0, 1, 2].map((number) => anEvent(number)),
  );
  const result: unknown = await sink.send(request, { attempt: 1 }).then(
    ({ outcomes }) => outcomes,
    (thrown: unknown) => thrown,
  );
  await sink.close();
  scope.done();
  return result;
}

function fateOf(result: unknown): string {
  if (!Array.isArray(result)) return FATES.find(([type]) => result instanceof type)?.[1] ?? String(result);
  const fates = { accepted: 'delivered', rejected: 'dead letter', retry: 'sent again', refused: 'kept' };
  const each = result.map(({ kind }: Outcome) => fates[kind]);
  return new Set(each).size === 1 ? String(each[0]) : each.join(', ');
}

function messageOf(result: unknown): string {
  if (result instanceof Error) return result.message;
  const outcomes = result as readonly Outcome[];
  return outcomes
    .map((outcome) => (outcome.kind === 'rejected' ? outcome.detail : outcome.kind === 'retry' ? outcome.reason : ''))
    .filter((text) => text !== undefined && text !== '')
    .join(', ');
}

describe('the Mixpanel sink, when the answer is', () => {
  useNock();

  for (const each of CASES) {
    it(`${each.answer}: ${each.fate}`, async () => {
      const result = await answered(each);
      expect(fateOf(result)).to.equal(each.fate);
      expect(messageOf(result)).to.include(each.message ?? '');
    });
  }

  it('a 400 with the id under its other name: the same', async () => {
    const record = { index: 1, $insert_id: aUuid(1), field: 'event', message: 'no' };
    expect(fateOf(await answered({ status: 400, body: partial(2, record) }))).to.equal(
      'delivered, dead letter, delivered',
    );
  });

  it('a 400 whose position and id are of different events: sent again, for no event is known to be refused', async () => {
    for (const name of ['insert_id', '$insert_id']) {
      const record = failed(1, { insert_id: undefined, [name]: aUuid(2) });
      expect(await answered({ status: 400, body: partial(2, record) }), name).to.be.instanceOf(UnexpectedAnswerError);
    }
  });

  it('a 400 that names none: bisected, whatever it counts', async () => {
    for (const count of [0, 3])
      expect(fateOf(await answered({ status: 400, body: partial(count) }))).to.equal('bisected');
  });

  it('a 400 that names an event twice: one dead letter', async () => {
    const body = partial(2, failed(1), failed(1, { field: 'event' }));
    expect(fateOf(await answered({ status: 400, body }))).to.equal('delivered, dead letter, delivered');
  });

  it('a 400 without a count: the named are dead letters, the others are sent again', async () => {
    expect(fateOf(await answered({ status: 400, body: partial(undefined, failed(0)) }))).to.equal(
      'dead letter, sent again, sent again',
    );
  });

  it('a 400 that quotes the token: not in the message', async () => {
    const result = await answered({ status: 401, body: 'unknown token 6d1f0a52token' });
    expect(messageOf(result)).to.include('unknown token ***');
  });

  it('any of these: as the page says', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [, table = ''] = /<!-- answers -->([^]*)<!-- end of answers -->/.exec(page) ?? [];
    const rows = table
      .trim()
      .split('\n')
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).to.deep.equal(CASES.map(({ answer, fate, message = '' }) => [answer, fate, message]));
  });
});
