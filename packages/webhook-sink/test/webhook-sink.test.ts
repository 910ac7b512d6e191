import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError } from '@sluice/core/sink';
import { aUuid, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { webhookSink } from '#src/definition.js';
import { aReceiver, aSink, failureOf, OLD_SECRET, ORIGIN, PATH, requestFor, SECRET, send } from './a-receiver.js';
import { useNock } from '@sluice/testkit/nock';

const [A, B] = [aUuid(1), aUuid(2)];
const EVENTS = [
  { event: 'chat', uuid: A, time: '2026-01-15T09:00:00.000Z', properties: { cost: 0.5 } },
  { event: 'chät', uuid: B, time: '2026-01-15T10:00:00.000Z', user: undefined },
];
const WIRE = [
  `{"event":"chat","uuid":"${A}","time":"2026-01-15T09:00:00.000Z","properties":{"cost":0.5}}`,
  `{"event":"chät","uuid":"${B}","time":"2026-01-15T10:00:00.000Z"}`,
] as const;

describe('the webhook sink', () => {
  useNock();

  describe('signs', () => {
    it('every request by Standard Webhooks, with each secret', async () => {
      const arrived = aReceiver();
      const runtime = manualRuntime({ startAt: Date.now() });
      await send(aSink({ signingSecrets: [SECRET, OLD_SECRET] }, runtime), EVENTS);
      const [{ body, headers } = { body: '', headers: {} }] = arrived;
      expect(body).to.equal(`[${WIRE.join(',')}]`);
      for (const secret of [SECRET, OLD_SECRET]) new Webhook(secret).verify(body, headers);
      expect(() => new Webhook(SECRET).verify(body.replace('0.5', '0.6'), headers)).to.throw('No matching signature');
      expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, headers)).to.throw();
    });

    it('each attempt with its own time and the same id', async () => {
      const runtime = manualRuntime({ startAt: Date.now() - 60_000 });
      const sink = aSink({ signingSecrets: [SECRET] }, runtime);
      const arrived = aReceiver({ status: 503 }, { isPersistent: true });
      const request = requestFor(sink, EVENTS);
      await failureOf(sink.send(request, { attempt: 1 }));
      runtime.advance(60_000);
      await failureOf(sink.send(request, { attempt: 2 }));
      const [first, second] = arrived;
      expect(first?.headers['webhook-id']).to.equal(second?.headers['webhook-id']);
      const times = arrived.map(({ headers }) => Number(headers['webhook-timestamp']));
      expect((times[1] ?? 0) - (times[0] ?? 0)).to.equal(60);
      for (const { body, headers } of arrived) new Webhook(SECRET).verify(body, headers);
    });

    it('nothing without a secret, and still tells a repeat by its id', async () => {
      const [first, second, third] = [aReceiver(), aReceiver(), aReceiver()];
      await send(aSink(), EVENTS);
      await send(aSink(), EVENTS.toReversed());
      await send(aSink(), EVENTS.slice(1));
      const ids = [first, second, third].map(([arrived]) => arrived?.headers['webhook-id'] ?? '');
      expect(ids[0]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(ids[1]).to.equal(ids[0]);
      expect(ids[2]).to.not.equal(ids[0]);
      expect(first[0]?.headers).to.not.have.property('webhook-signature');
    });
  });

  describe('writes', () => {
    const cloud = (index: 0 | 1, name: string, time: string): string =>
      `{"specversion":"1.0","id":"${index === 0 ? A : B}/${name}","source":"/sluice","type":"com.example.${name}","time":"${time}","datacontenttype":"application/json","data":${WIRE[index]}}`;
    const clouds = [cloud(0, 'chat', '2026-01-15T09:00:00.000Z'), cloud(1, 'chät', '2026-01-15T10:00:00.000Z')];
    const forms: readonly [options: object, type: string, body: string][] = [
      [{ body: 'array' }, 'application/json', `[${WIRE.join(',')}]`],
      [{ body: 'object', key: 'items' }, 'application/json', `{"items":[${WIRE.join(',')}]}`],
      [{ body: 'event' }, 'application/json', WIRE[0]],
      [{ body: 'ndjson' }, 'application/x-ndjson', `${WIRE.join('\n')}\n`],
      [{ body: 'cloudevent' }, 'application/cloudevents+json; charset=UTF-8', clouds[0] ?? ''],
      [{ body: 'cloudevents-batch' }, 'application/cloudevents-batch+json; charset=UTF-8', `[${clouds.join(',')}]`],
      [{ body: 'array', contentType: 'application/vnd.acme+json' }, 'application/vnd.acme+json', `[${WIRE.join(',')}]`],
    ];
    for (const [options, type, body] of forms) {
      it(`${JSON.stringify(options)} as ${type}`, async () => {
        const arrived = aReceiver();
        await send(aSink({ ...options, cloudEvents: { typePrefix: 'com.example.' } }), EVENTS);
        expect(arrived[0]?.headers['content-type']).to.equal(type);
        expect(arrived[0]?.body).to.equal(body);
      });
    }

    it('headers and secret headers, with the method', async () => {
      const arrived = aReceiver({}, { method: 'PUT' });
      await send(
        aSink({ method: 'PUT', headers: { 'X-Team': 'blue' }, secretHeaders: { Authorization: 'Bearer t-1234' } }),
        EVENTS,
      );
      expect(arrived[0]?.headers).to.include({ 'x-team': 'blue', authorization: 'Bearer t-1234' });
    });

    it('compressed requests where the receiver takes them', async () => {
      const arrived = aReceiver();
      await send(aSink({ gzip: true }), EVENTS);
      expect(arrived[0]?.headers['content-encoding']).to.equal('gzip');
    });
  });

  describe('takes an answer', () => {
    const statuses: readonly [status: number, outcome: string, answers?: object][] = [
      [200, 'accepted'],
      [202, 'accepted'],
      [204, 'accepted'],
      [202, 'retry', { retry: [202] }],
      [200, 'rejected', { rejected: [200] }],
      [200, 'refused', { refused: ['2xx'] }],
      [202, UnexpectedAnswerError.name, { accepted: [200] }],
      [409, 'accepted', { accepted: ['2xx', 409] }],
      [301, RefusedError.name],
      [302, RefusedError.name],
      [307, RefusedError.name],
      [400, InvalidRequestError.name],
      [422, InvalidRequestError.name],
      [409, InvalidRequestError.name, { rejected: [409] }],
      [401, RefusedError.name],
      [403, RefusedError.name],
      [410, RefusedError.name],
      [404, UnexpectedAnswerError.name],
      [404, RefusedError.name, { refused: ['400-404'] }],
      [404, TransientError.name, { retry: [404] }],
      [408, TransientError.name],
      [429, TransientError.name],
      [500, TransientError.name],
      [501, RefusedError.name, { refused: [501] }],
      [502, TransientError.name],
      [503, TransientError.name],
      [413, TooLargeError.name],
      [415, UnexpectedAnswerError.name],
    ];
    for (const [status, outcome, answers = {}] of statuses) {
      it(`${status} as ${outcome}${Object.keys(answers).length === 0 ? '' : ` with ${JSON.stringify(answers)}`}`, async () => {
        aReceiver({ status, body: { detail: 'x' }, headers: { location: 'https://other.example.com/' } });
        const result = await send(aSink({ answers }), EVENTS).then(
          ({ outcomes }) => outcomes.map((each) => each?.kind),
          (error: unknown) => (error as Error).name,
        );
        expect(result).to.deep.equal(/^[a-z]/.test(outcome) ? [outcome, outcome] : outcome);
      });
    }

    it('with the time that it asks to wait', async () => {
      aReceiver({ status: 429, headers: { 'retry-after': '7' } });
      expect(await failureOf(send(aSink(), EVENTS))).to.include({ retryAfterMs: 7000 });
    });

    it('of HTML as one of another server', async () => {
      aReceiver({ body: '<!doctype html><p>Sign in', headers: { 'content-type': 'text/html' } });
      expect(await failureOf(send(aSink(), EVENTS))).to.be.instanceOf(UnexpectedAnswerError);
    });

    it('with no part of a secret in the message', async () => {
      aReceiver({ status: 400, body: `no t-1234 at ${ORIGIN}${PATH}` });
      const { message } = await failureOf(send(aSink({ secretHeaders: { 'X-Token': 't-1234' } }), EVENTS));
      expect(message).to.not.include('1234');
    });
  });

  describe('takes the result of each event', () => {
    const kinds: readonly [what: string, results: object, body: object, kinds: readonly (string | undefined)[]][] = [
      ['from a list in order', { at: '' }, ['ok', 'drop'], ['accepted', 'rejected']],
      [
        'from a list of statuses',
        { at: '/items', value: '/status' },
        { items: [{ status: 201 }, { status: 503 }] },
        ['accepted', 'retry'],
      ],
      [
        'from a list with uuids',
        { at: '/r', id: '/id', value: '/ok' },
        {
          r: [
            { id: B, ok: false },
            { id: A, ok: true },
          ],
        },
        ['accepted', 'rejected'],
      ],
      [
        'from an object by uuid',
        { at: '/results', value: '/result' },
        { results: { [A]: { result: 'ok' }, [B]: { result: 'retry' } } },
        ['accepted', 'retry'],
      ],
      [
        'by its own words',
        { at: '', accepted: ['stored'], refused: ['closed'] },
        ['stored', 'closed'],
        ['accepted', 'refused'],
      ],
      [
        'as not confirmed where it is missing',
        { at: '/results', value: '/result' },
        { results: { [A]: { result: 'ok' } } },
        ['accepted', undefined],
      ],
      ['as not confirmed where no rule has it', { at: '' }, ['ok', 'maybe'], ['accepted', 'retry']],
    ];
    for (const [what, results, body, expected] of kinds) {
      it(what, async () => {
        aReceiver({ body: JSON.stringify(body) });
        const { outcomes } = await send(aSink({ results }), EVENTS);
        expect(outcomes.map((outcome) => outcome?.kind)).to.deep.equal(expected);
      });
    }

    it('with the words of the receiver', async () => {
      aReceiver({ body: JSON.stringify([{ s: 'ok' }, { s: 'drop', detail: 'too old' }]) });
      const { outcomes } = await send(aSink({ results: { at: '', value: '/s' } }), EVENTS);
      expect(outcomes).to.deep.equal([
        { kind: 'accepted', assurance: 'event' },
        { kind: 'rejected', reason: 'rejected-by-receiver', detail: 'drop: too old' },
      ]);
    });

    for (const body of ['', 'fine', '{}', '{"results":null}', '{"results":["ok"]}', '{"results":["ok","ok","ok"]}']) {
      it(`never from ${JSON.stringify(body)}`, async () => {
        aReceiver({ body });
        expect(await failureOf(send(aSink({ results: { at: '/results' } }), EVENTS))).to.be.instanceOf(
          UnexpectedAnswerError,
        );
      });
    }
  });

  describe('has options', () => {
    const wrong: readonly [what: string, options: object, message: RegExp][] = [
      ['plain http', { url: 'http://10.0.0.1/x' }, /allowInsecure/],
      ['another scheme', { url: 'ftp://example.com' }, /https:\/\//],
      ['a short signing secret', { signingSecrets: [`whsec_${Buffer.alloc(23).toString('base64')}`] }, /23 bytes/],
      ['a signing secret of another kind', { signingSecrets: ['whsk_x'] }, /must begin with whsec_/],
      ['a secret among the headers', { headers: { Authorization: 'x' } }, /secretHeaders/],
      ['a line feed in a header', { secretHeaders: { 'X-A': 'a\nb' } }, /line feed/],
      ['a header of the sink', { headers: { 'Webhook-Id': 'x' } }, /set by the sink/],
      ['a redirect as a success', { answers: { accepted: ['3xx'] } }, /never a success/],
      ['a pointer without a slash', { results: { at: 'results' } }, /JSON pointer/],
      ['compression and a signature', { gzip: true, signingSecrets: [SECRET] }, /must be false/],
      ['a time without its rule', { within: '1d' }, /needs repeats/],
    ];
    for (const [what, options, message] of wrong) {
      it(`without ${what}`, () => {
        const parsed = webhookSink.config.safeParse({ url: ORIGIN, ...options });
        expect(parsed.error?.issues.map((issue) => issue.message).join()).to.match(message);
      });
    }

    it('for private addresses and plain http where that is meant', () => {
      for (const options of [
        { url: 'http://localhost:3000' },
        { url: 'http://10.0.0.1', allowInsecure: true },
        { url: 'https://192.168.1.1/x' },
      ]) {
        expect(webhookSink.config.safeParse(options).success).to.equal(true);
      }
    });

    it('for what the receiver does with a repeat', () => {
      const repeatsOf = (options: object) => webhookSink.repeats(webhookSink.config.parse({ url: ORIGIN, ...options }));
      expect(repeatsOf({})).to.deep.equal({ effect: 'add' });
      expect(repeatsOf({ repeats: 'ignore', within: '7d' })).to.deep.equal({ effect: 'ignore', withinMs: 604_800_000 });
      expect(repeatsOf({ repeats: 'replace' })).to.deep.equal({ effect: 'replace' });
    });
  });

  it('stays the same destination with another secret, and not with another address', () => {
    const { fingerprint } = aSink().identity();
    expect(aSink({ secretHeaders: { 'X-Token': 't-1234' }, signingSecrets: [SECRET] }).identity()).to.include({
      fingerprint,
    });
    expect(aSink({ url: `${ORIGIN}/other` }).identity().fingerprint).to.not.equal(fingerprint);
  });

  it('names its host and no more of its address', () => {
    const sink = aSink({ secretHeaders: { 'X-Token': 't-1234' } });
    const shown = sink.describe(requestFor(sink, EVENTS));
    expect(JSON.stringify([sink.identity(), shown]))
      .to.include('hooks.example.com')
      .and.not.include('1234');
  });
});
