import type { JsonObject } from '@sluice/core/adapter';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';

describe('the groups of the PostHog simulator', () => {
  let simulator: PosthogSimulator;

  beforeEach(async () => {
    simulator = await PosthogSimulator.start();
  });

  afterEach(() => simulator.stop());

  /** Sends events with these names and properties, in one request. */
  async function send(...events: readonly (readonly [event: string, properties: JsonObject])[]): Promise<void> {
    const batch = events.map(([event, properties], index) => ({
      event,
      distinct_id: 'user-1',
      uuid: aUuid(index),
      timestamp: '2026-01-15T09:00:00.000Z',
      properties,
    }));
    const body = JSON.stringify({ api_key: 'phc_a', batch });
    const { status } = await fetch(`${simulator.url}/batch/`, { method: 'POST', body });
    expect(status).to.equal(200);
  }

  function identify(key: string | number, set?: JsonObject | string, more: JsonObject = {}) {
    const properties = {
      $group_type: 'company',
      $group_key: key,
      ...(set !== undefined && { $group_set: set }),
      ...more,
    };
    return ['$groupidentify', properties] as const;
  }

  it('are made by $groupidentify, which sets property by property', async () => {
    await send(identify('acme', { plan: 'free', size: 3 }), identify(42), identify('acme', { plan: 'pro' }));
    expect(simulator.groups().all).to.deep.equal([
      { type: 'company', key: 'acme', properties: { plan: 'pro', size: 3 } },
      { type: 'company', key: '42', properties: {} },
    ]);
  });

  it('are not made by an event that belongs to one, but the type is', async () => {
    await send(['e', { $groups: { company: 'acme', team: 7 } }]);
    const groups = simulator.groups();
    expect({ types: groups.types, all: groups.all }).to.deep.equal({ types: ['company', 'team'], all: [] });
    expect(simulator.received().map((event) => groups.linksOf(event))).to.deep.equal([{ company: 'acme', team: '7' }]);
  });

  it('have five types at most', async () => {
    await send(['e', { $groups: { a: '1', b: '1', c: '1', d: '1', e: '1', company: 'acme' } }], identify('acme'));
    const groups = simulator.groups();
    expect({ types: groups.types, all: groups.all }).to.deep.equal({ types: ['a', 'b', 'c', 'd', 'e'], all: [] });
    expect(simulator.received().map((event) => groups.linksOf(event)['company'])).to.deep.equal([undefined, undefined]);
  });

  it('are not linked where $groups is no map, or without a person', async () => {
    const off = { $process_person_profile: false };
    await send(
      ['e', { '$groups.company': 'acme' }],
      ['e', { $groups: 'acme' }],
      ['e', { $groups: { a: '1' }, ...off }],
    );
    const groups = simulator.groups();
    expect(groups.types).to.deep.equal([]);
    expect(simulator.received().map((event) => groups.linksOf(event))).to.deep.equal([{}, {}, {}]);
  });

  for (const [what, event] of [
    ['with a key of more than 400 characters', identify('x'.repeat(401))],
    ['without a person', identify('acme', {}, { $process_person_profile: false })],
    ['whose $group_set is no map', identify('acme', 'pro')],
  ] as const) {
    it(`are not made by an event ${what}, which is dropped silently`, async () => {
      await send(event, identify('x'.repeat(400)));
      expect(simulator.dropped().map(({ event: name }) => name)).to.deep.equal(['$groupidentify']);
      expect(simulator.groups().all.map(({ key }) => key)).to.deep.equal(['x'.repeat(400)]);
    });
  }
});
