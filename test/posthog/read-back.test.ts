import { hasArrived } from '@sluice/core/engine';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { parseHogQL } from './hogql.js';
import { aPosthogPipeline, KEY, NOW, type PosthogBench, type PosthogBenchOptions } from './a-posthog-pipeline.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of the first trace. */
const FIRST = NOW - 4 * HOUR;
const PROJECT = { project: { id: 7, personalApiKey: 'phx_personalsecret123' } };

describe('verify with PostHog as the destination', () => {
  let posthog: PosthogSimulator;
  afterEach(() => posthog.stop());

  /** Every query that was made. */
  function queries(): readonly string[] {
    return posthog.requests.flatMap(({ path, body }) =>
      path.endsWith('/query') ? [(body as { readonly query: { readonly query: string } }).query.query] : [],
    );
  }

  async function aBench(
    options: Partial<PosthogBenchOptions> = {},
    simulator: PosthogSimulatorOptions = {},
  ): Promise<PosthogBench> {
    posthog = await PosthogSimulator.start({ keys: [KEY], ...simulator });
    return aPosthogPipeline({ host: posthog.url, traces: 100, sink: PROJECT, ...options });
  }

  it('finds 1,000 events that a quota dropped silently, by hour and with the likely reason, and repairs them', async () => {
    let requests = 0;
    const bench = await aBench(
      { traces: 4200, delivery: { maxEvents: 500, maxInFlight: 1 } },
      {
        faultFor: (request) => {
          requests = request;
          // Events 3,000 to 3,999: 600 of one hour and 400 of the next.
          posthog.quotaExceeded = request === 7 || request === 8;
          return undefined;
        },
      },
    );
    const { outcome, report } = await bench.run();
    expect([outcome, report.streams['trace']?.accepted]).to.deep.equal(['done', 4200]);
    expect([requests, posthog.dropped().length]).to.deep.equal([9, 1000]);
    bench.runtime.advance(11 * MINUTE);

    const found = await bench.verifyDestination();
    expect(hasArrived(found)).to.equal(false);
    expect(found.events).to.deep.equal([{ event: 'trace finished', expected: 4200, missing: 1000 }]);
    expect(found.differences).to.deep.equal([
      { hour: FIRST, event: 'trace finished', expected: 3600, missing: 600 },
      { hour: FIRST + HOUR, event: 'trace finished', expected: 600, missing: 400 },
    ]);
    expect(found.causes.map(({ code }) => code)).to.deep.equal(['quota', 'event-restriction']);
    expect(found.causes[0]?.message).to.include('/organization/billing');
    // One for the counts, one for the uuids of each hour, one for the warnings.
    expect(found.queries).to.equal(4);
    expect(queries()).to.have.length(4);
    for (const query of queries()) await parseHogQL(query);
    expect(await bench.state()).to.deep.include({ backfills: [] });

    const lost = new Set(posthog.dropped().map(({ uuid }) => uuid));
    const before = posthog.received().length;
    const repaired = await bench.repairDestination();
    expect(repaired.outcome).to.equal('done');
    const sent = posthog.received().slice(before);
    expect(sent).to.have.length(1000);
    expect(sent.every(({ uuid }) => lost.has(uuid))).to.equal(true);
    expect(repaired.verifiableAt).to.equal(bench.runtime.now() + 10 * MINUTE);
    const { history, backfills } = await bench.state();
    expect(backfills).to.deep.equal([]);
    expect(history.map(({ what, detail }) => `${what}: ${detail}`)).to.deep.equal([
      'backfill: trace from 2026-03-09T11:00:00.000Z to 2026-03-10T11:00:00.000Z',
      'repair: trace: 1000 events missing at the destination sent again',
    ]);

    bench.runtime.advance(11 * MINUTE);
    const clean = await bench.verifyDestination();
    expect(hasArrived(clean)).to.equal(true);
    expect([clean.differences, clean.queries]).to.deep.equal([[], 1]);
  });

  it('does not take what is stored twice, or what others sent, for a difference', async () => {
    const bench = await aBench();
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const [first] = posthog.received();
    // As after a repeat whose row is not merged yet, and from a second pipeline into the same project.
    const others = { ...first!, uuid: aUuid(1_000_000) };
    for (const event of [{ ...first!, distinctId: 'another' }, others]) {
      await fetch(`${posthog.url}/batch/`, {
        method: 'POST',
        body: JSON.stringify({
          api_key: KEY,
          batch: [
            {
              event: event.event,
              distinct_id: event.distinctId,
              uuid: event.uuid,
              timestamp: event.timestamp,
              properties: {},
            },
          ],
        }),
      });
    }
    expect(posthog.received()).to.have.length(102);
    const verification = await bench.verifyDestination();
    expect(hasArrived(verification)).to.equal(true);
    expect(verification.queries).to.equal(2);
  });

  it('finds one that was lost although another of the hour makes up for it in number', async () => {
    const bench = await aBench({}, { isRestricted: ({ uuid }) => uuid === aUuid(5) });
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const event = { ...posthog.received()[0], uuid: aUuid(1_000_000), distinct_id: 'a', properties: {} };
    await fetch(`${posthog.url}/batch/`, { method: 'POST', body: JSON.stringify({ api_key: KEY, batch: [event] }) });
    const { differences } = await bench.verifyDestination();
    expect(differences).to.deep.equal([{ hour: FIRST, event: 'trace finished', expected: 100, missing: 1 }]);
  });

  it('names the ingestion warning that explains a loss', async () => {
    const bench = await aBench({}, { isRestricted: () => true });
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const timestamp = new Date(bench.runtime.now()).toISOString();
    posthog.warnings = [
      { type: 'event_dropped_too_old', event: 'trace finished', timestamp },
      { type: 'event_dropped_too_old', event: 'of somebody else', timestamp },
    ];
    const { causes } = await bench.verifyDestination();
    expect(causes.map(({ message }) => message)).to.deep.equal([
      'PostHog warns of event_dropped_too_old of trace finished (once): the project drops events of this age: see its setting drop_events_older_than',
    ]);
  });

  it('says that a quota is reached where PostHog shows it', async () => {
    const bench = await aBench();
    posthog.quotaExceeded = true;
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const [cause, ...others] = (await bench.verifyDestination()).causes;
    expect(cause).to.deep.equal({
      code: 'quota',
      message:
        'the quota events is reached, 1000000 of 1000000: PostHog drops events without a warning until 2027-01-01T00:00:00Z: ' +
        `see ${posthog.url}/organization/billing`,
    });
    expect(others).to.deep.equal([]);
  });

  it('does not expect dead letters', async () => {
    const bench = await aBench({}, { isPoison: ({ uuid }) => uuid === aUuid(5) });
    await bench.run();
    expect(await bench.deadLetters()).to.have.length(1);
    bench.runtime.advance(11 * MINUTE);
    const verification = await bench.verifyDestination();
    expect(verification.events).to.deep.equal([{ event: 'trace finished', expected: 99, missing: 0 }]);
  });

  it('says that what was just sent may be on its way, and does not repair it yet', async () => {
    const bench = await aBench({}, { isRestricted: ({ uuid }) => uuid === aUuid(5) });
    await bench.run();
    expect((await bench.verifyDestination()).settlesAt).to.equal(NOW + 10 * MINUTE);
    const refused = await bench.repairDestination().catch((error: unknown) => error);
    expect(String(refused)).to.include('repair after 2026-03-10T12:10Z');
    bench.runtime.advance(10 * MINUTE);
    expect((await bench.repairDestination()).before?.differences).to.have.length(1);
  });

  it('asks for events whose names have quotation marks, backslashes and line breaks', async () => {
    posthog = await PosthogSimulator.start({ keys: [KEY] });
    const name = `it's "a" \\' name\nwith two lines`;
    const timestamp = new Date(FIRST).toISOString();
    const batch = [1, 2].map((number) => ({
      event: name,
      distinct_id: 'a',
      uuid: aUuid(number),
      timestamp,
      properties: {},
    }));
    await fetch(`${posthog.url}/batch/`, { method: 'POST', body: JSON.stringify({ api_key: KEY, batch }) });
    const sink = posthogSink.create(
      posthogSink.config.parse({ host: posthog.url, apiKey: KEY, ...PROJECT }),
      anAdapterContext(),
    );
    const range = { from: FIRST, until: FIRST + HOUR };
    const hours = await sink.arrivals?.().hours({ ...range, events: ["another ' name", name] });
    expect(hours?.map(({ hour, event, uuids }) => [hour, event, uuids])).to.deep.equal([[FIRST, name, 2]]);
    const found = await sink.arrivals?.().uuids({ ...range, event: name, after: '' });
    expect(found).to.deep.equal({ uuids: [aUuid(1), aUuid(2)].toSorted() });
    await sink.close();
    for (const query of queries()) expect([...(await parseHogQL(query)).events]).to.include(name);
  });

  it('stops at the most queries, and says so', async () => {
    const bench = await aBench({}, { isRestricted: ({ uuid }) => uuid === aUuid(5) });
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const counted = await bench.verifyDestination({ maxQueries: 1 });
    expect(hasArrived(counted)).to.equal(false);
    expect(counted.unexamined).to.deep.equal([{ hour: FIRST, event: 'trace finished' }]);
    expect(counted.reason).to.equal('1 query was not enough: compare a shorter range, or allow more');
  });

  it('compares the full hours of a range only', async () => {
    const bench = await aBench({ traces: 3700 });
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const range = { from: FIRST + HOUR + 5 * MINUTE, until: FIRST + HOUR + 6 * MINUTE };
    const { compared, events } = await bench.verifyDestination(range);
    expect(compared).to.deep.equal({ from: FIRST + HOUR, until: FIRST + 2 * HOUR });
    expect(events).to.deep.equal([{ event: 'trace finished', expected: 100, missing: 0 }]);
  });

  it('refuses to compare with a project that the key does not belong to', async () => {
    const bench = await aBench({}, { keys: ['phc_anotherprojectskey', KEY] });
    await bench.run();
    const refused = await bench.verifyDestination().catch((error: unknown) => error);
    expect(String(refused)).to.include('apiKey belongs to a different project');
  });

  it('compares with a personal key that may query, but not read the project', async () => {
    const bench = await aBench({}, { keys: undefined });
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    expect(hasArrived(await bench.verifyDestination())).to.equal(true);
  });

  it('says what to write without a personal key', async () => {
    const bench = await aBench({ sink: {} });
    await bench.run();
    const refused = await bench.verifyDestination().catch((error: unknown) => error);
    expect(String(refused)).to.include('project: { id: 12345, personalApiKey: "${POSTHOG_PERSONAL_API_KEY}" }');
    expect(posthog.requests.filter(({ path }) => path.startsWith('/api/'))).to.deep.equal([]);
  });
});
