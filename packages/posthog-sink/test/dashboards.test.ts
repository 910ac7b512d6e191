import { ConfigError, RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import type { ChartDescription, DashboardDescription, DashboardPlan } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { PosthogSimulator, type SimulatedPage } from '@sluice/posthog-simulator';
import { anAdapterContext } from '@sluice/testkit';
import { expect } from 'chai';

const COST: ChartDescription = {
  id: 'cost',
  name: 'Cost',
  doc: 'Per day.',
  events: ['orders'],
  query: 'SELECT\n  day,\n  cost\nFROM events',
  drawn: { as: 'bars', x: 'day', y: ['cost'] },
};
const USERS: ChartDescription = { id: 'users', name: 'Users', doc: 'All.', events: ['orders'], query: 'SELECT user' };
const ORDERS: DashboardDescription = { id: 'orders', name: 'Orders', doc: 'What is sold.', charts: [COST, USERS] };

describe('dashboards in PostHog', () => {
  let simulator: PosthogSimulator;

  beforeEach(async () => {
    simulator = await PosthogSimulator.start();
  });
  afterEach(() => simulator.stop());

  function aKeeper(project: object | undefined = { id: 12345, personalApiKey: 'phx_personal', url: simulator.url }) {
    const { dashboards, config } = posthogSink;
    if (dashboards === undefined) throw new Error('the sink has no dashboards');
    return dashboards.create(config.parse({ host: simulator.url, apiKey: 'phc_k', project }), anAdapterContext());
  }

  /** What one command does. */
  async function planned<Result>(
    use: (plan: DashboardPlan) => Promise<Result> | Result,
    { described = ORDERS, overwrite = false, project }: Partial<PlanOptions> = {},
  ): Promise<Result> {
    const keeper = aKeeper(project);
    try {
      return await use(await keeper.plan([described], { overwrite }));
    } finally {
      await keeper.close();
    }
  }

  const diff = (options: Partial<PlanOptions> = {}) => planned((plan) => actionsOf(plan), options);
  const apply = (options: Partial<PlanOptions> = {}) =>
    planned(async (plan) => {
      await plan.apply();
      return actionsOf(plan);
    }, options);

  async function failure(options: Partial<PlanOptions> = {}): Promise<Error> {
    return apply(options).then(
      () => expect.fail('nothing failed'),
      (error: Error) => error,
    );
  }

  /** As people find it. */
  function insight(name: string): SimulatedPage {
    const found = simulator.pages.insights.find((each) => each.name === name && !each.deleted);
    return found ?? expect.fail(`there is no insight ${name}`);
  }

  const changes = () => simulator.requests.filter(({ method }) => method !== 'GET').length;

  it('makes a dashboard and its insights once', async () => {
    expect(await apply()).to.deep.equal(['create orders', 'create orders/cost', 'create orders/users']);
    const [dashboard] = simulator.pages.dashboards;
    expect(dashboard?.description).to.match(/^What is sold\.\n\nsluice:orders#[0-9a-f]{8}$/u);
    const { query, dashboards } = insight('Cost');
    expect(dashboards).to.deep.equal([dashboard?.id]);
    expect(query).to.deep.include({ kind: 'DataVisualizationNode', display: 'ActionsBar' });
    expect(query['source']).to.include({ kind: 'HogQLQuery', query: COST.query });
    expect(query['chartSettings']).to.deep.equal({ xAxis: { column: 'day' }, yAxis: [{ column: 'cost' }] });

    const before = changes();
    const pages = structuredClone(simulator.pages.insights);
    expect(await apply()).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
    expect(changes()).to.equal(before);
    expect(simulator.pages.insights).to.deep.equal(pages);
  });

  it('returns where people open the dashboard', async () => {
    const urls = await planned((plan) => plan.apply());
    expect(urls).to.deep.equal([`${simulator.url}/project/12345/dashboard/1`]);
  });

  it('tags what it makes where the plan has tags', async () => {
    simulator.pages.hasTags = true;
    await apply();
    expect(insight('Cost').tags).to.deep.equal(['sluice']);
  });

  it('finds its own among hundreds, and leaves those of people alone', async () => {
    for (let number = 0; number < 130; number += 1) simulator.pages.add('insights', { name: `by hand ${number}` });
    simulator.pages.add('insights', { name: 'Cost', description: 'Per day.' });
    await apply();
    // PostHog copies the description too.
    const { id: _, ...original } = insight('Users');
    simulator.pages.add('insights', { ...original, name: 'Users (copy)' });
    for (let number = 0; number < 10; number += 1) simulator.pages.add('insights', { name: `later ${number}` });
    const before = structuredClone(simulator.pages.insights);

    expect(await apply({ overwrite: true })).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
    const newer = { ...ORDERS, charts: [COST, { ...USERS, query: 'SELECT all users' }] };
    expect(await apply({ described: newer })).to.include('update orders/users');
    const byPeople = (pages: readonly SimulatedPage[]) => pages.filter(({ id }) => id !== insight('Users').id);
    expect(byPeople(simulator.pages.insights)).to.deep.equal(byPeople(before));
  });

  it('updates what an earlier version made, and keeps what people set beside it', async () => {
    await apply();
    const made = insight('Cost');
    made.query = { ...made.query, tableSettings: { pinned: ['day'] } };
    const newer = { ...ORDERS, charts: [{ ...COST, query: 'SELECT day, cost, tax' }, USERS] };
    expect(await apply({ described: newer })).to.deep.equal(['none orders', 'update orders/cost', 'none orders/users']);
    expect(made.query['source']).to.include({ query: 'SELECT day, cost, tax' });
    expect(made.query['tableSettings']).to.deep.equal({ pinned: ['day'] });
    expect(await diff({ described: newer })).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
  });

  it('keeps what people changed, unless it is told to overwrite', async () => {
    await apply();
    insight('Cost').name = 'What we pay';
    insight('Users').query = { source: { kind: 'HogQLQuery', query: 'SELECT ours' } };
    const newer = { ...ORDERS, charts: [{ ...COST, doc: 'For each day.' }, USERS] };
    const before = changes();
    expect(await apply({ described: newer })).to.deep.equal(['none orders', 'keep orders/cost', 'keep orders/users']);
    expect(changes()).to.equal(before);

    await planned(
      ({ changes: [, cost] }) =>
        expect(cost?.differences).to.deep.equal([
          { what: 'name', is: 'What we pay', wanted: 'Cost' },
          { what: 'description', is: 'Per day.', wanted: 'For each day.' },
        ]),
      { described: newer },
    );
    await apply({ described: newer, overwrite: true });
    expect(insight('Users').query['source']).to.include({ query: USERS.query });
    expect(await diff({ described: newer })).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
  });

  it('knows its own by the mark when people wrote below it', async () => {
    await apply();
    const [dashboard] = simulator.pages.dashboards;
    for (const page of [dashboard, insight('Cost')]) if (page !== undefined) page.description += '\r\nAsk Ada.';
    const before = changes();
    expect(await apply()).to.deep.equal(['keep orders', 'keep orders/cost', 'none orders/users']);
    expect(changes()).to.equal(before);
    await planned(({ changes: [, cost] }) =>
      expect(cost?.differences.map(({ is }) => is)).to.deep.equal(['Per day.\n\nAsk Ada.']),
    );
    await apply({ overwrite: true });
    expect(await diff()).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
  });

  it('keeps what people changed while a person thought about the plan', async () => {
    await apply();
    const newer = { ...ORDERS, charts: [{ ...COST, query: 'SELECT newer' }, USERS] };
    await planned(
      async (plan) => {
        expect(actionsOf(plan)).to.include('update orders/cost');
        insight('Cost').query = { source: { kind: 'HogQLQuery', query: 'SELECT ours' } };
        await plan.apply();
      },
      { described: newer },
    );
    expect(insight('Cost').query['source']).to.include({ query: 'SELECT ours' });
  });

  it('leaves an insight off the dashboard that people took it from', async () => {
    await apply();
    insight('Cost').dashboards = [];
    expect(await apply()).to.include('keep orders/cost');
    expect(insight('Cost').dashboards).to.deep.equal([]);
    await apply({ overwrite: true });
    expect(insight('Cost').dashboards).to.have.length(1);
  });

  it('makes again what people deleted, with the insights that are left', async () => {
    await apply();
    const [dashboard] = simulator.pages.dashboards;
    if (dashboard) dashboard.deleted = true;
    insight('Users').deleted = true;
    const cost = insight('Cost');
    const other = simulator.pages.add('dashboards', { name: 'Finance' });
    Object.assign(cost, { name: 'What we pay', dashboards: [...cost.dashboards, other.id] });
    expect(await apply()).to.deep.equal(['create orders', 'update orders/cost', 'create orders/users']);
    const { id } = simulator.pages.dashboards.at(-1) ?? expect.fail('there is no dashboard');
    expect(cost.dashboards).to.deep.equal([other.id, id]);
    expect(cost.name).to.equal('What we pay');
    expect(insight('Users').dashboards).to.deep.equal([id]);
    expect(await diff()).to.deep.equal(['none orders', 'keep orders/cost', 'none orders/users']);
  });

  it('reports what is no longer described, and leaves it', async () => {
    await apply();
    const smaller = { ...ORDERS, charts: [USERS] };
    expect(await apply({ described: smaller })).to.deep.equal([
      'none orders',
      'none orders/users',
      'leave orders/cost',
    ]);
    expect(insight('Cost').deleted).to.equal(false);
  });

  it('makes everything once when two run at the same time', async () => {
    await planned((first) =>
      planned(async (second) => {
        const urls = await Promise.all([first.apply(), second.apply()]);
        const [dashboard] = simulator.pages.dashboards;
        const url = `${simulator.url}/project/12345/dashboard/${dashboard?.id}`;
        expect(urls).to.deep.equal([[url], [url]]);
      }),
    );
    const there = [...simulator.pages.dashboards, ...simulator.pages.insights].filter(({ deleted }) => !deleted);
    expect(there.map(({ name }) => name)).to.deep.equal(['Orders', 'Cost', 'Users']);
    expect(await diff()).to.deep.equal(['none orders', 'none orders/cost', 'none orders/users']);
  });

  it('goes on after a failure where it stopped', async () => {
    await planned(async (plan) => {
      simulator.pages.failures.push(...Array.from({ length: 5 }, () => undefined), answer(503, 'busy'));
      await plan.apply().then(
        () => expect.fail('nothing failed'),
        (error: unknown) => expect(error).to.be.instanceOf(TransientError),
      );
    });
    expect(await apply()).to.deep.equal(['none orders', 'none orders/cost', 'create orders/users']);
  });

  it('says which scope is missing', async () => {
    simulator.pages.scopes = ['dashboard:write', 'insight:read'];
    const error = await failure();
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.match(
      /^PostHog answered 403 with .*: the personal API key lacks the scope insight:write/u,
    );
    expect(await diff()).to.include('create orders/cost');
    simulator.pages.scopes = ['insight:read'];
    expect((await failure()).message).to.include('the scope dashboard:read');
  });

  const WRONG: readonly (readonly [string, object, new (...args: never[]) => Error, RegExp])[] = [
    ['an unknown key', { id: 12345, personalApiKey: 'phx_other' }, RefusedError, /401.*check project\.personalApiKey/u],
    ['another project', { id: 1, personalApiKey: 'phx_personal' }, UnexpectedAnswerError, /404.*check project\.id/u],
  ];
  for (const [what, project, kind, text] of WRONG) {
    it(`says what to check for ${what}`, async () => {
      const error = await failure({ project: { ...project, url: simulator.url } });
      expect(error).to.be.instanceOf(kind);
      expect(error.message).to.match(text);
      expect(error.message).to.not.include('phx_');
    });
  }

  it('waits for the limit on calls, and refuses another shape', async () => {
    simulator.pages.failures.push(answer(429, '{}', { 'retry-after': '7' }));
    const limited = await failure();
    expect(limited).to.be.instanceOf(TransientError).and.include({ retryAfterMs: 7000 });
    expect(limited.message).to.include('PostHog limits the calls');
    simulator.pages.failures.push(answer(200, '{"results":[{"name":"no id"}]}'));
    expect(await failure()).to.be.instanceOf(UnexpectedAnswerError);
  });

  it('says what to write in the pipeline file', () => {
    const { dashboards, config } = posthogSink;
    const create = () => dashboards?.create(config.parse({ apiKey: 'phc_k' }), anAdapterContext());
    expect(create).to.throw(ConfigError, /no `project`.*scopes dashboard:write and insight:write/u);
  });
});

interface PlanOptions {
  readonly described: DashboardDescription;
  readonly overwrite: boolean;
  readonly project: object;
}

function actionsOf({ changes }: DashboardPlan): readonly string[] {
  return changes.map(({ action, id }) => `${action} ${id}`);
}

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  return { status, body, headers: { 'content-type': 'application/json', ...headers } };
}
