import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type EncodedEvent } from '@sluice/core/sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { type HttpAnswer, retryAfterMs } from '@sluice/adapter-kit';
import { v0Receipt } from '#src/v0-receipt.js';
import { v1Receipt } from '#src/v1-receipt.js';

const NOW = Date.UTC(2026, 0, 15, 12);

function answer(status: number, body: string, overrides: Partial<HttpAnswer> = {}): HttpAnswer {
  return { status, contentType: 'text/plain', body, ...overrides };
}

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('the receipt of v0', () => {
  for (const body of ['{"status":"Ok"}', '{"status":1}', '{"status": "ok"}']) {
    it(`accepts every event after 200 ${body}`, () => {
      const accepted = { kind: 'accepted', assurance: 'request' };
      expect(v0Receipt(answer(200, body), 2, NOW).outcomes).to.deep.equal([accepted, accepted]);
    });
  }

  for (const [status, body, error] of [
    [200, '', UnexpectedAnswerError],
    [204, '', UnexpectedAnswerError],
    [200, '<html></html>', UnexpectedAnswerError],
    [200, '{}', UnexpectedAnswerError],
    [200, '{"status":"error"}', UnexpectedAnswerError],
    [200, '{"status":1,"quota_limited":["events"]}', RefusedError],
    [301, '', RefusedError],
    [400, 'request holds no event', InvalidRequestError],
    [400, 'maximum event size exceeded', TooLargeError],
    [400, '<html>plain HTTP request sent to HTTPS port</html>', UnexpectedAnswerError],
    [401, 'API key is not valid', RefusedError],
    [402, '', RefusedError],
    [403, 'forbidden', RefusedError],
    [404, '', UnexpectedAnswerError],
    [405, '', UnexpectedAnswerError],
    [408, '', TransientError],
    [413, '', TooLargeError],
    [415, '', UnexpectedAnswerError],
    [425, '', TransientError],
    [429, '', TransientError],
    [500, '', TransientError],
    [502, '<html></html>', TransientError],
    [503, 'transient error, please retry', TransientError],
    [504, '', TransientError],
  ] as const) {
    it(`is ${error.name} after ${status} ${body === '' ? 'without a body' : body}`, () => {
      expect(thrownBy(() => v0Receipt(answer(status, body), 2, NOW))).to.be.instanceOf(error);
    });
  }

  it('means a pause where the quota of the events is reached, and no other', () => {
    const limited = answer(200, '{"status":"Ok","quota_limited":["llm_events","recordings"]}');
    expect(v0Receipt(limited, 1, NOW).outcomes).to.deep.equal([{ kind: 'accepted', assurance: 'request' }]);
    const error = thrownBy(() => v0Receipt(limited, 1, NOW, ['events', 'llm_events']));
    expect(error).to.be.instanceOf(RefusedError).and.to.include({ refusal: 'quota' });
  });

  it("quotes PostHog's answer on one line", () => {
    const error = thrownBy(() => v0Receipt(answer(400, 'failed to\nparse request'), 1, NOW));
    expect(String(error)).to.include('"failed to parse request"');
  });
});

describe('the receipt of v1', () => {
  const uuid = aUuid(1);
  const event: EncodedEvent = { id: `${uuid} a`, uuid, text: '{}', bytes: 2 };

  function outcomeOf(result: unknown) {
    const body = JSON.stringify({ results: { [uuid.toUpperCase()]: result } });
    return v1Receipt(answer(200, body), [event], NOW).outcomes[0];
  }

  for (const [result, outcome] of [
    [{ result: 'ok' }, { kind: 'accepted', assurance: 'event' }],
    [
      { result: 'warning', details: 'person_processing_disabled' },
      { kind: 'accepted', assurance: 'event' },
    ],
    [
      { result: 'retry', details: 'not_persisted' },
      { kind: 'retry', reason: 'not_persisted' },
    ],
    [
      { result: 'drop', details: 'ai_byte_rate_limited' },
      { kind: 'retry', reason: 'ai_byte_rate_limited' },
    ],
  ] as const) {
    it(`takes ${JSON.stringify(result)} as ${outcome.kind}`, () => {
      expect(outcomeOf(result)).to.deep.equal(outcome);
    });
  }

  for (const [details, refusal] of [
    ['billing_limit_exceeded', 'quota'],
    ['event_restriction_drop', 'restricted'],
    ['non_historical_import_drop', 'restricted'],
    ['misrouted_event', 'restricted'],
  ] as const) {
    it(`does not blame an event for ${details}`, () => {
      expect(outcomeOf({ result: 'drop', details })).to.deep.include({ kind: 'refused', refusal });
    });
  }

  it('rejects an event that PostHog drops because of its content', () => {
    expect(outcomeOf({ result: 'drop', details: 'event_too_big' })).to.deep.include({
      kind: 'rejected',
      reason: 'event-too-big',
    });
  });

  it('accepts no event without a result or with an unknown one', () => {
    expect(v1Receipt(answer(200, '{"results":{}}'), [event], NOW).outcomes).to.deep.equal([undefined]);
    expect(outcomeOf({ result: 'perhaps' })).to.equal(undefined);
  });

  for (const [status, body, error] of [
    [200, '{"status":"Ok"}', UnexpectedAnswerError],
    [400, '{"error":"missing_required_headers"}', UnexpectedAnswerError],
    [400, '{"error":"request_parsing_error"}', InvalidRequestError],
    [401, '{"error":"invalid_api_token"}', RefusedError],
    [413, '{}', TooLargeError],
    [429, '{"error":"billing_limit_exceeded"}', RefusedError],
    [429, '{"error":"rate_limited"}', TransientError],
    [503, '{}', TransientError],
  ] as const) {
    it(`is ${error.name} after ${status} ${body}`, () => {
      expect(thrownBy(() => v1Receipt(answer(status, body), [event], NOW))).to.be.instanceOf(error);
    });
  }
});

describe('Retry-After', () => {
  for (const [header, ms] of [
    [undefined, undefined],
    ['3', 3_000],
    ['0', 0],
    [new Date(NOW + 5_000).toUTCString(), 5_000],
    [new Date(NOW - 5_000).toUTCString(), 0],
    ['99999999', 3_600_000],
    ['soon', undefined],
  ] as const) {
    it(`reads ${header ?? 'nothing'} as ${ms ?? 'nothing'}`, () => {
      expect(retryAfterMs(answer(429, '', { retryAfter: header }), NOW)).to.equal(ms);
    });
  }

  it('counts a date from the clock of the server', () => {
    const [date, retryAfter] = [NOW + 86_400_000, NOW + 86_405_000].map((time) => new Date(time).toUTCString());
    expect(retryAfterMs(answer(429, '', { date, retryAfter }), NOW)).to.equal(5_000);
  });
});
