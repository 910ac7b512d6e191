import { gunzipSync } from 'node:zlib';
import { mixpanelSink } from '@sluice/mixpanel-sink';
import { aUuid, describeSink } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { aSink, anEvent, CONTEXT, encoded, listen, NOW, ORIGIN, requestFor, TOKEN } from './a-mixpanel-sink.js';
import { MixpanelDouble } from './mixpanel-double.js';
import { useNock } from '@sluice/testkit/nock';

describe('the Mixpanel sink', () => {
  useNock();

  describeSink({
    name: 'MixpanelSink',
    now: NOW,
    create: async () => {
      const double = new MixpanelDouble(TOKEN, NOW);
      listen(double);
      return {
        sink: aSink(),
        events: (count) => Array.from({ length: count }, (_, index) => anEvent(index)),
        receivedUuids: async () => double.events.map(({ properties }) => String(properties['$insert_id'])),
        secrets: [TOKEN],
        destination: double.faults,
        dispose: async () => nock.cleanAll(),
      };
    },
  });

  it('posts a compressed list of events with the token as the user', async () => {
    let body = '';
    const scope = nock(ORIGIN)
      .post('/import', (sent: string) => {
        body = String(gunzipSync(Buffer.from(sent, 'hex')));
        return true;
      })
      .query({ strict: '1' })
      .basicAuth({ user: TOKEN, pass: '' })
      .matchHeader('content-type', 'application/json')
      .matchHeader('content-encoding', 'gzip')
      .reply(200, { code: 200, num_records_imported: 1, status: 'OK' });
    const sink = aSink();
    const { outcomes } = await sink.send(requestFor(sink, [anEvent(1, { session: 's-1' })]), { attempt: 1 });
    scope.done();
    expect(outcomes).to.deep.equal([{ kind: 'accepted', assurance: 'event' }]);
    expect(JSON.parse(body)).to.deep.equal([
      {
        event: 'chat',
        properties: {
          time: Date.UTC(2026, 0, 15, 9),
          distinct_id: 'user-1',
          $insert_id: aUuid(1),
          $user_id: 'user-1',
          ip: 0,
          session_id: 's-1',
          cost_usd: 0.5,
        },
      },
    ]);
  });

  it('sends as a service account with the id of the project', async () => {
    const scope = nock('https://api-eu.mixpanel.com')
      .post('/import')
      .query({ strict: '1', project_id: '12' })
      .basicAuth({ user: 'exporter.1a2b', pass: 's3cret' })
      .reply(200, { code: 200, num_records_imported: 1, status: 'OK' });
    const sink = aSink({
      host: 'eu',
      projectToken: undefined,
      serviceAccount: { username: 'exporter.1a2b', secret: 's3cret', projectId: 12 },
    });
    await sink.send(requestFor(sink, [anEvent(1)]), { attempt: 1 });
    scope.done();
    expect(sink.identity().description).to.equal('Mixpanel at https://api-eu.mixpanel.com, project 12');
  });

  it('makes requests of at most 2,000 events', () => {
    const sink = aSink();
    const events = encoded(
      sink,
      Array.from({ length: 2_001 }, (_, index) => anEvent(index)),
    );
    expect(sink.assemble(events, CONTEXT).requests.map((request) => request.events.length)).to.deep.equal([2_000, 1]);
  });

  it('makes requests of less than 10 MB, and rejects an event of 1 MB', () => {
    const sink = aSink();
    const large = (bytes: number) => (number: number) => anEvent(number, { properties: { text: 'x'.repeat(bytes) } });
    const events = encoded(
      sink,
      Array.from({ length: 11 }, (_, index) => large(990_000)(index)),
    );
    expect(sink.assemble(events, CONTEXT).requests.map((request) => request.events.length)).to.deep.equal([10, 1]);
    expect(sink.encode(large(1_000_000)(1))).to.have.property('reason', 'event-too-large');
  });

  it('rejects an event that is dated more than an hour ahead, when the request is made', () => {
    const sink = aSink();
    const events = ['2026-01-15T13:00:00.000Z', '2026-01-15T13:00:00.001Z'].map((time, index) =>
      anEvent(index, { time }),
    );
    const { requests, rejected } = sink.assemble(encoded(sink, events), CONTEXT);
    expect(requests.flatMap((request) => request.events.map(({ uuid }) => uuid))).to.deep.equal([aUuid(0)]);
    expect(rejected.map(({ event, rejection }) => [event.uuid, rejection])).to.deep.equal([
      [
        aUuid(1),
        {
          kind: 'rejected',
          reason: 'future-timestamp',
          detail:
            'the event is dated 2026-01-15T13:00:00.001Z, and Mixpanel takes times up to 1 h ahead: replay it later',
        },
      ],
    ]);
  });

  it('shows neither the token nor what it is sent as', () => {
    const sink = aSink();
    const shown = JSON.stringify([sink.describe(requestFor(sink, [anEvent(1)])), sink.identity()]);
    expect(shown)
      .to.not.include(TOKEN)
      .and.not.include(Buffer.from(`${TOKEN}:`).toString('base64'));
  });

  it('replaces an event that it sends again with another body', async () => {
    const double = new MixpanelDouble(TOKEN, NOW);
    listen(double);
    const sink = aSink();
    for (const cost_usd of [0.5, 0.75]) {
      await sink.send(requestFor(sink, [anEvent(1, { properties: { cost_usd } })]), { attempt: 1 });
    }
    expect(double.events.map(({ properties }) => properties['cost_usd'])).to.deep.equal([0.75]);
    expect(mixpanelSink.repeats(mixpanelSink.config.parse({ projectToken: TOKEN }))).to.deep.equal({
      effect: 'replace',
    });
  });

  describe('its check', () => {
    async function checked(options: object = {}) {
      const double = new MixpanelDouble(TOKEN, NOW);
      listen(double);
      const results = await aSink(options).check();
      expect(double.events).to.deep.equal([]);
      return results.map(({ name, outcome }) => `${name}: ${outcome}`);
    }

    it('finds that Mixpanel knows the credentials, by an event that must fail', async () => {
      expect(await checked()).to.deep.equal(['credentials: good', 'long texts: warning']);
      expect(await checked({ longTexts: 'cut' })).to.deep.equal(['credentials: good', 'long texts: good']);
    });

    it('finds that Mixpanel refuses the credentials, without quoting them', async () => {
      listen(new MixpanelDouble(TOKEN, NOW));
      const sink = aSink({ projectToken: 'another-token' });
      const [result] = await sink.check();
      expect(result).to.include({ outcome: 'bad' });
      expect(result?.message).to.include('check projectToken').and.not.include('another-token');
      expect(await sink.open().catch((error: unknown) => error)).to.include({ refusal: 'credentials' });
    });

    it('is undecided about a 400 that names no event, and a run continues', async () => {
      nock(ORIGIN).post('/import').query(true).times(2).reply(400, { code: 400, error: 'no', status: 'Bad Request' });
      const sink = aSink();
      expect((await sink.check())[0]).to.include({ outcome: 'unknown' });
      await sink.open();
    });

    for (const [status, body] of [
      [400, '<html>'],
      [400, 'no'],
      [200, { code: 200, num_records_imported: 1, status: 'OK' }],
      [404, 'not found'],
    ] as const) {
      it(`is bad with ${status} ${JSON.stringify(body)}`, async () => {
        nock(ORIGIN).post('/import').query(true).reply(status, body);
        const [result] = await aSink().check();
        expect(result).to.include({ outcome: 'bad' });
        expect(result?.message).to.include('check host');
      });
    }
  });
});
