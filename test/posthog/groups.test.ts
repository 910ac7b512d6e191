import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@sluice/core/adapter';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { sharedCommand } from '../command/shared-command.js';

/** A request as preview shows it. */
interface Shown {
  readonly body: { readonly batch: readonly { readonly event: string; readonly properties: JsonObject }[] };
}

const SCHEMA = `sluice: 1
source: jsonl
streams:
  visit:
    key: [id]
    created: at
    fields:
      id: { type: text, doc: The id. }
      at: { type: timestamp, doc: When. }
      user: { type: text, doc: Who. }
      company: { type: json, doc: The company. }
      plan: { type: text, doc: What the company pays. }
`;
const AT = '2026-01-15T09:00:00Z';
const VISITS = [
  { id: '1', at: AT, user: 'ada', company: 42, plan: 'free' },
  { id: '2', at: AT, user: 'bob', company: null },
  { id: '3', at: AT, company: 42, plan: 'free' },
  { id: '4', at: AT, user: 'cy', company: 'acme', plan: 'pro' },
  { id: '5', at: AT, user: 'ada', company: 42, plan: 'pro' },
];
const HEAD = `sluice: 1
mapping: visits
source: visits.schema.yaml
`;
const ANY = `${HEAD}sink: any
events:
  - event: visited
    from: visit
    uuid: uuid5('b00a20f0-1139-45d9-b30e-dbcbcc8a094f', id)
    user: user
    time: at
    groups: { company: company }
  - event: $groupidentify
    from: visit
    when: company != null
    uuid: uuid5('4360b131-2433-4a62-9928-bff43aa91c8d', id)
    time: at
    groups: { company: company }
    sinks: { posthog: { group_set: { plan: plan } } }
`;
const OWN = `${HEAD}sink: posthog
events:
  - event: visited
    from: visit
    uuid: uuid5('b00a20f0-1139-45d9-b30e-dbcbcc8a094f', id)
    distinct_id: user ?? event.uuid
    anonymous: user == null
    timestamp: at
    groups: { company: company }
`;

describe('groups from files to PostHog', () => {
  let folder: string;
  let simulator: PosthogSimulator;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-groups-'));
    writeFileSync(join(folder, 'visits.schema.yaml'), SCHEMA);
    writeFileSync(join(folder, 'visits.jsonl'), VISITS.map((visit) => JSON.stringify(visit)).join('\n'));
    simulator = await PosthogSimulator.start({ v1: true });
  });

  afterEach(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(mapping: string): void {
    writeFileSync(join(folder, 'mapping.yaml'), mapping);
    const source = '{ use: jsonl, with: { files: visits.jsonl, schema: visits.schema.yaml } }';
    const sink = `{ use: posthog, with: { host: '${simulator.url}', apiKey: '\${POSTHOG_API_KEY}' } }`;
    const pipeline = ['sluice: 1', 'pipeline: visits', `source: ${source}`, `sink: ${sink}`, 'mapping: mapping.yaml'];
    writeFileSync(join(folder, 'pipeline.yaml'), [...pipeline, 'start: beginning', 'revisit: 0s'].join('\n'));
  }

  async function run(...args: readonly string[]): Promise<string> {
    const { PATH = '' } = process.env;
    const { code, out, err } = await sharedCommand.run({
      args,
      cwd: folder,
      environment: { PATH, POSTHOG_API_KEY: 'phc_a' },
    });
    expect(code, out + err).to.equal(0);
    return out;
  }

  for (const [what, mapping] of [
    ['a mapping for PostHog', OWN],
    ['a mapping for any sink', ANY],
  ] as const) {
    it(`pass lint and stand in the preview of ${what}`, async () => {
      write(mapping);
      expect(JSON.parse(await run('lint', '--json', 'pipeline.yaml', 'mapping.yaml'))).to.deep.equal([]);
      const [shown]: readonly Shown[] = JSON.parse(await run('preview', '--json', '--limit', '20', 'pipeline.yaml'));
      const visited = shown?.body.batch.filter(({ event }) => event === 'visited') ?? [];
      expect(visited.map(({ properties }) => properties['$groups'])).to.have.deep.members([
        { company: '42' },
        undefined,
        undefined,
        { company: 'acme' },
        { company: '42' },
      ]);
    });
  }

  it('are made once for each change, and linked to the events of persons', async () => {
    write(ANY);
    await run('run', 'pipeline.yaml');
    const groups = simulator.groups();
    expect(groups.types).to.deep.equal(['company']);
    expect(groups.all).to.have.deep.members([
      { type: 'company', key: '42', properties: { plan: 'pro' } },
      { type: 'company', key: 'acme', properties: { plan: 'pro' } },
    ]);
    const links = simulator
      .distinct()
      .map((event) => [event.event, event.distinctId, groups.linksOf(event)['company']]);
    expect(links.filter(([event]) => event === '$groupidentify')).to.have.lengthOf(3);
    expect(links.filter(([, , company]) => company !== undefined)).to.have.deep.members([
      ['visited', 'ada', '42'],
      ['visited', 'ada', '42'],
      ['visited', 'cy', 'acme'],
    ]);
    expect(simulator.dropped()).to.deep.equal([]);
  });
});
