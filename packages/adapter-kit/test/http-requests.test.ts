import { createHmac } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { Secret } from '@sluice/core/adapter';
import type { Sink, SinkRequest } from '@sluice/core/sink';
import { httpOptions, httpSink, type BodyForm, type HttpSinkOptions } from '@sluice/adapter-kit';
import { anAdapterContext, manualRuntime, someEvents } from '@sluice/testkit';
import { useNock } from '@sluice/testkit/nock';
import { expect } from 'chai';
import nock from 'nock';
import { z } from 'zod';

const HOST = 'https://events.example.com';
const CONTEXT = { now: Date.UTC(2026, 0, 15, 12), backfill: false, pipeline: 'test', stream: 'note' };
const LIMITS = { maxEvents: 100, maxBytes: 10_000 };
const config = z.strictObject({ ...httpOptions, gzip: z.boolean().default(false) });

type Options = HttpSinkOptions<z.infer<typeof config>>;

interface Made {
  readonly gzip?: boolean;
  readonly request?: Partial<ReturnType<Options['request']>>;
  readonly options?: Partial<Options>;
}

function aSink({ gzip = false, request, options }: Made = {}): Sink {
  const definition = httpSink({
    type: 'events',
    name: 'Events',
    doc: 'Sends events.',
    config,
    eventSchema: 'any',
    repeats: { effect: 'add' },
    request: () => ({ url: HOST, path: '/in', body: 'array', limits: LIMITS, ...request }),
    ...options,
  });
  return definition.create(
    config.parse({ gzip }),
    anAdapterContext({ runtime: manualRuntime({ startAt: CONTEXT.now }) }),
  );
}

function requestsOf(sink: Sink, events = someEvents(3)): readonly SinkRequest[] {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  return sink.assemble(encoded, CONTEXT).requests;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the destination receives of one request, once for every attempt. */
async function sentBy(made: Made, attempts = 1): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const method = made.request?.method ?? 'POST';
  nock(HOST)
    .intercept(/.*/u, method)
    .times(attempts)
    .reply(function reply(path, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const bytes = this.req.headers['content-encoding'] === 'gzip' ? Buffer.from(text, 'hex') : Buffer.from(text);
      sent.push({ method, path, headers: this.req.headers, body: bytes });
      return [200, {}];
    });
  const sink = aSink(made);
  const [request] = requestsOf(sink);
  if (request === undefined) throw new Error('nothing to send');
  for (let attempt = 1; attempt <= attempts; attempt += 1) await sink.send(request, { attempt });
  await sink.close();
  return sent;
}

describe('the requests of an HTTP sink', () => {
  useNock();

  const events = someEvents(3);
  const forms: readonly [BodyForm, string, string][] = [
    ['array', JSON.stringify(events), 'application/json'],
    ['ndjson', events.map((event) => `${JSON.stringify(event)}\n`).join(''), 'application/x-ndjson'],
    ['single', JSON.stringify(events[0]), 'application/json'],
    [
      { list: 'batch', fields: { key: new Secret('k3y1') } },
      `{"key":"k3y1","batch":${JSON.stringify(events)}}`,
      'application/json',
    ],
  ];
  for (const [body, text, contentType] of forms) {
    it(`have a body of the form ${JSON.stringify(body)}`, async () => {
      const [sent] = await sentBy({ request: { body } });
      expect(sent?.headers['content-type']).to.equal(contentType);
      // Nock parses JSON, so that only the value can be compared.
      expect(contentType === 'application/json' ? JSON.parse(String(sent?.body)) : String(sent?.body)).to.deep.equal(
        contentType === 'application/json' ? JSON.parse(text) : text,
      );
    });
  }

  it('have one event each in the form single', () => {
    const sink = aSink({ request: { body: 'single' } });
    expect(sink.limits.maxEventsPerRequest).to.equal(1);
    expect(requestsOf(sink).map((request) => request.events.length)).to.deep.equal([1, 1, 1]);
  });

  it('can be PUT, with a query and a content type of their own', async () => {
    const [sent] = await sentBy({
      request: {
        method: 'PUT',
        query: { strict: '1', 'a b': new Secret('ä&') },
        contentType: 'application/vnd.x+json',
      },
    });
    expect(sent?.method).to.equal('PUT');
    expect(sent?.path).to.equal('/in?strict=1&a%20b=%C3%A4%26');
    expect(sent?.headers['content-type']).to.equal('application/vnd.x+json');
  });

  it('authenticate by Basic, by bearer or by a header', async () => {
    const basic = { username: new Secret('user'), password: new Secret('pass:word') };
    const [first] = await sentBy({ request: { auth: basic } });
    expect(first?.headers['authorization']).to.equal(`Basic ${Buffer.from('user:pass:word').toString('base64')}`);
    const [second] = await sentBy({ request: { auth: { bearer: new Secret('t0ken') } } });
    expect(second?.headers['authorization']).to.equal('Bearer t0ken');
    const [third] = await sentBy({ request: { headers: { 'X-Key': new Secret('h3ader') } } });
    expect(third?.headers['x-key']).to.equal('h3ader');
  });

  for (const gzip of [false, true]) {
    it(`are signed anew at every attempt, over the ${gzip ? 'compressed' : 'plain'} bytes that are sent`, async () => {
      const seen: number[] = [];
      const sign: Options['sign'] = ({ body, attempt }) => {
        seen.push(attempt);
        return { 'x-signature': createHmac('sha256', 'key').update(body).update(String(attempt)).digest('hex') };
      };
      const sent = await sentBy({ gzip, request: { body: 'ndjson' }, options: { sign } }, 2);
      expect(seen).to.deep.equal([1, 2]);
      for (const [index, { body, headers }] of sent.entries()) {
        const expected = createHmac('sha256', 'key')
          .update(body)
          .update(String(index + 1))
          .digest('hex');
        expect(headers['x-signature']).to.equal(expected);
        if (gzip) expect(String(gunzipSync(body))).to.equal(events.map((each) => `${JSON.stringify(each)}\n`).join(''));
      }
    });
  }

  it('are not made by a process that was frozen until its time was over', async () => {
    const sink = aSink();
    const [request] = requestsOf(sink);
    if (request === undefined) throw new Error('nothing to send');
    const received = nock(HOST).post('/in').twice().reply(200, {});
    await sink.send(request, { attempt: 1 });
    const time = new AbortController();
    setTimeout(() => time.abort(new Error('the time is over')), 1);
    // As if frozen: no timer runs meanwhile.
    for (const wokenAt = performance.now() + 5; performance.now() < wokenAt;);
    const failure = await sink.send(request, { attempt: 2, signal: time.signal }).catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'the time is over');
    expect(received.isDone()).to.equal(false);
    nock.cleanAll();
    await sink.close();
  });

  it('keep within the bytes and separate equal uuids', () => {
    const bytes = Buffer.byteLength(JSON.stringify(events[0]));
    const sink = aSink({ request: { limits: { maxEvents: 10, maxBytes: 2 * bytes + 20 } } });
    expect(requestsOf(sink).map((request) => request.events.length)).to.deep.equal([2, 1]);
    const twice = [events[0]!, { ...events[0]!, event: 'another' }];
    expect(requestsOf(aSink(), twice)).to.have.length(2);
    expect(
      requestsOf(aSink({ request: { limits: { ...LIMITS, distinctWithinRequest: false } } }), twice),
    ).to.have.length(1);
  });

  it('hold no event that is larger than the destination takes', () => {
    const sink = aSink({ request: { limits: { ...LIMITS, maxEventBytes: 10 } } });
    expect(sink.encode(events[0]!)).to.include({ kind: 'rejected', reason: 'event-too-large' });
  });

  for (const [url, path, whole] of [
    [`${HOST}/`, '/in', `${HOST}/in`],
    [`${HOST}/hooks/`, '', `${HOST}/hooks/`],
  ] as const) {
    it(`go to ${whole}, which is ${url} with the path ${JSON.stringify(path)}`, async () => {
      const [sent] = await sentBy({ request: { url, path } });
      expect(sent?.path).to.equal(new URL(whole).pathname);
      const sink = aSink({ request: { url, path } });
      const [request] = requestsOf(sink);
      expect(request && sink.describe(request).target).to.equal(`POST ${whole}`);
    });
  }

  it('go to an address whose path is secret, which is never shown', async () => {
    const url = new Secret(`${HOST}/hooks/s3cr3t`);
    const [sent] = await sentBy({ request: { url, path: '' } });
    expect(sent?.path).to.equal('/hooks/s3cr3t');
    const sink = aSink({ request: { url, path: '' } });
    const [request] = requestsOf(sink);
    expect(JSON.stringify([sink.identity(), request && sink.describe(request)])).to.not.include('s3cr3t');
    expect(sink.identity().description).to.include('events.example.com/***');
  });

  it('tell another key from another destination', () => {
    const withKey = (key: string, url = HOST): Sink => aSink({ request: { url, auth: { bearer: new Secret(key) } } });
    const was = withKey('first').identity();
    expect(withKey('second').differenceFrom?.(was)).to.equal('the credentials for Events have changed');
    expect(withKey('first').differenceFrom?.(was)).to.equal(undefined);
    expect(withKey('second', 'https://other.example.com').differenceFrom?.(was)).to.equal(undefined);
  });

  it('belong to an account that outlives its keys, if the sink names one', () => {
    const of = (key: string) =>
      aSink({ request: { account: 'project 12', auth: { bearer: new Secret(key) } } }).identity();
    expect(of('first')).to.deep.equal(of('second'));
    expect(of('first').description).to.equal(`Events at ${HOST}, project 12`);
  });

  it('are checked by what the sink asks, in check() and at the start', async () => {
    nock(HOST).get('/in').times(2).reply(401, 'no');
    const check: Options['check'] = async (ask, _config, fail) => {
      const answer = await ask();
      if (answer.status !== 200) throw fail(answer);
      return 'takes events';
    };
    const sink = aSink({ options: { check } });
    expect((await sink.check())[0]).to.include({ name: 'destination', outcome: 'bad' });
    const error = await sink.open().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message').that.includes('Events answered 401');
    expect((await aSink().check())[0]).to.include({ outcome: 'unknown' });
  });

  it('are checked by a request without events, if the sink gives a body', async () => {
    const scope = nock(HOST, { reqheaders: { 'content-type': 'application/json' } });
    scope.post('/in', { events: [] }).reply(200);
    const check: Options['check'] = async (ask) => `it answered ${(await ask({ body: '{"events":[]}' })).status}`;
    expect((await aSink({ options: { check } }).check())[0]).to.include({ message: 'it answered 200' });
  });
});
