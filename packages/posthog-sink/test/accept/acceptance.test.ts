import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import createHogQLParser from '@posthog/hogql-parser';
import { PosthogSimulator, type PosthogSimulatorOptions, type ReceivedEvent } from '@sluice/posthog-simulator';
import { anAdapterContext, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { ASSUMPTIONS } from './assumptions.js';
import { EVENTS_QUERY, GROUPS_QUERY, PERSONS_QUERY, SESSIONS_QUERY } from './queries.js';
import { QueryStub } from './query-stub.js';
import { runAcceptance } from './run-acceptance.js';

const PAGE = fileURLToPath(new URL('../../../../docs/posthog-sink.md', import.meta.url));
const NOW = Date.UTC(2026, 0, 15, 12);
const SECRETS = ['phc_acceptancekey123', 'phx_a'];

interface AcceptanceRun {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly simulator: PosthogSimulator;
}

/** The script against a simulator, whose events the query API shows as `seen` says. */
async function accept(
  options: PosthogSimulatorOptions = {},
  seen: (event: ReceivedEvent) => ReceivedEvent = (event) => event,
  personalApiKey = 'phx_a',
): Promise<AcceptanceRun> {
  const runtime = manualRuntime({ startAt: NOW });
  const simulator = await PosthogSimulator.start({
    keys: ['phc_acceptancekey123'],
    now: () => runtime.now(),
    ...options,
  });
  const stub = await QueryStub.start(simulator, seen);
  const lines: string[] = [];
  const environment = {
    POSTHOG_HOST: simulator.url,
    POSTHOG_API_KEY: 'phc_acceptancekey123',
    POSTHOG_PROJECT_ID: '7',
    POSTHOG_PERSONAL_API_KEY: personalApiKey,
    POSTHOG_URL: stub.url,
  };
  try {
    const exitCode = await runAcceptance({
      args: ['--yes'],
      run: '6f1c6f2e-0000-4000-8000-000000000001',
      context: anAdapterContext({ runtime, environment }),
      out: (line) => lines.push(line),
    });
    for (const secret of SECRETS) expect(lines.join('\n')).to.not.include(secret);
    return { exitCode, lines, simulator };
  } finally {
    await stub.stop();
    await simulator.stop();
  }
}

/** The assumptions with this outcome. */
function idsWith({ lines }: AcceptanceRun, outcome: string): readonly string[] {
  return lines.flatMap((line) => (line.startsWith(`${outcome} `) ? [/([a-z0-9-]+):/.exec(line)?.[1] ?? ''] : []));
}

/** Every event says what it is. Two events make persons, and two are of groups. */
function expectMarked(received: readonly ReceivedEvent[]): void {
  expect(received.length).to.be.greaterThan(20);
  for (const { properties } of received) {
    expect(properties).to.include({ sluice_acceptance_run: '6f1c6f2e-0000-4000-8000-000000000001' });
  }
  const ofPersons = received.filter(({ properties }) => properties['$process_person_profile'] !== false);
  expect(new Set(ofPersons.map(({ distinctId }) => distinctId)).size).to.equal(4);
}

const UNTESTABLE = ['quota-is-silent-v0', 'restriction-is-silent-v0', 'old-events-setting', 'charges'];

describe('the acceptance of a PostHog', () => {
  it('holds in every point that can be told, for a simulator with both protocols and the route for AI events', async () => {
    const run = await accept({ v1: true, ai: true });
    expect(idsWith(run, 'did not hold')).to.deep.equal([]);
    expect(idsWith(run, 'could not be told')).to.deep.equal(UNTESTABLE);
    expect(run.exitCode).to.equal(0);
    expect(run.lines.at(-1)).to.equal(`${ASSUMPTIONS.length - 4} held, 0 did not hold, 4 could not be told`);
    expectMarked(run.simulator.received());
  });

  it('tells nothing of v1 and of large AI events on a host without them', async () => {
    const run = await accept();
    expect(idsWith(run, 'did not hold')).to.deep.equal([]);
    const untold = idsWith(run, 'could not be told');
    expect(untold).to.include.members([...UNTESTABLE, 'result-per-event', 'large-ai-event-v0', 'large-ai-event-v1']);
    expect(run.exitCode).to.equal(0);
  });

  it('finds that timestamps are shifted', async () => {
    const shifted = (event: ReceivedEvent) => ({
      ...event,
      timestamp: new Date(Date.parse(event.timestamp) + 7_000).toISOString(),
    });
    const run = await accept({ v1: true, ai: true }, shifted);
    expect(idsWith(run, 'did not hold')).to.deep.equal(['historical-events', 'timestamp-kept-v0', 'timestamp-kept-v1']);
    expect(run.exitCode).to.equal(1);
  });

  it('finds that an unknown key is refused, and that large events are taken', async () => {
    const run = await accept({ unknownKeys: 'refused', limits: { maxEventBytes: 20_000_000 } });
    expect(idsWith(run, 'did not hold')).to.deep.equal(['unknown-key-is-silent', 'large-event-is-lost']);
  });

  it('finds that events are lost behind an answer of success, after a while', async () => {
    const run = await accept({
      isRestricted: ({ properties }) => properties['sluice_acceptance_probe'] === 'batch-v0',
    });
    expect(idsWith(run, 'did not hold')).to.deep.equal(['batch-v0']);
  });

  it('sends nothing with a personal key that may not query', async () => {
    const run = await accept({}, undefined, 'phx_without_scope');
    expect(run.exitCode).to.equal(2);
    expect(run.lines.join('\n')).to.include('the personal API key lacks the scope query:read');
    expect(run.simulator.received()).to.deep.equal([]);
    expect(run.simulator.eventRequests).to.deep.equal([]);
  });

  it('tells little when no event arrives', async () => {
    const run = await accept({ isRestricted: () => true });
    expect(idsWith(run, 'did not hold')).to.deep.equal([]);
    expect(idsWith(run, 'could not be told')).to.include.members(['batch-v0', 'set-makes-a-person']);
  });
});

describe('the acceptance script', () => {
  const SETTINGS = {
    POSTHOG_HOST: 'https://ph.example.com',
    POSTHOG_API_KEY: 'phc_a',
    POSTHOG_PROJECT_ID: '7',
    POSTHOG_PERSONAL_API_KEY: 'phx_a',
  };

  for (const [what, args, environment, message] of [
    ['without consent', [], SETTINGS, 'pass --yes, or set SLUICE_ACCEPT_POSTHOG=yes'],
    ['in CI', ['--yes'], { ...SETTINGS, CI: 'true' }, 'not in CI'],
    ['without a setting', ['--yes'], { ...SETTINGS, POSTHOG_PROJECT_ID: '' }, 'not set: POSTHOG_PROJECT_ID'],
    ['with a key of another kind', ['--yes'], { ...SETTINGS, POSTHOG_API_KEY: 'phx_b' }, 'personal API key'],
  ] as const) {
    it(`refuses ${what}, and sends nothing`, async () => {
      const lines: string[] = [];
      const context = anAdapterContext({ environment });
      const exitCode = await runAcceptance({ args, run: 'r', context, out: (line) => lines.push(line) });
      expect(exitCode).to.equal(2);
      expect(lines.join('\n')).to.include(message);
    });
  }

  it('asks in HogQL', async () => {
    const parser = await createHogQLParser();
    for (const query of [EVENTS_QUERY, GROUPS_QUERY, PERSONS_QUERY, SESSIONS_QUERY]) {
      expect(JSON.parse(parser.parseSelect(query)), query).to.include({ node: 'SelectQuery' });
    }
    expect(JSON.parse(parser.parseSelect('SELECT FROM events'))).to.include({ error: true });
  });

  it('has the assumptions of the page, in its order', () => {
    const page = readFileSync(PAGE, 'utf8');
    const table = page.slice(page.indexOf('<!-- assumptions -->'), page.indexOf('<!-- end of assumptions -->'));
    const rows = [...table.matchAll(/^\| `([a-z0-9-]+)` +\| (.*?) +\|$/gm)].map(([, id, says]) => `${id}: ${says}`);
    expect(rows).to.deep.equal(ASSUMPTIONS.map(({ id, says }) => `${id}: ${says}`));
  });
});
