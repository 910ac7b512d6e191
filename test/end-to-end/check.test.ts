import { expect } from 'chai';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '@sluice/core/adapter';
import { aLangfuseWorld, PROJECT_KEY, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

interface Section {
  readonly part: string;
  readonly results: readonly CheckResult[];
}

describe('sluice check', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 300, receiver: { v1: true, unknownKeys: 'refused' } });
  });
  after(() => world.end());

  async function checked(
    environment: Readonly<Record<string, string | undefined>> = {},
    pipeline = PIPELINE,
  ): Promise<{ readonly code: number | null; readonly findings: ReadonlyMap<string, CheckResult> }> {
    const { code, out, err } = await world.sluice(['check', pipeline, '--json'], { environment });
    const sections = JSON.parse(out) as readonly Section[];
    expect(
      sections.map(({ part }) => part.split(' ')[0]),
      err,
    ).to.deep.equal(['configuration', 'source', 'sink', 'state']);
    const entries = sections.flatMap(({ part, results }) =>
      results.map((result) => [`${part.split(' ')[0]}: ${result.name}`, result] as const),
    );
    return { code, findings: new Map(entries) };
  }

  it('tries everything, sends no event and writes nothing', async () => {
    const { code, findings } = await checked();
    expect(code).to.equal(0);
    const tried = [...findings].map(([name, { outcome }]) => `${name}: ${outcome}`);
    expect(tried).to.deep.equal([
      'configuration: pipeline and mapping: good',
      'configuration: path of events: good',
      'configuration: repeats: good',
      'source: database reachable: good',
      'source: clock: good',
      'source: time zone: good',
      'source: Langfuse version: good',
      'source: read permissions: good',
      'source: further permissions: warning',
      'source: projects: good',
      'source: indexes: good',
      'source: cost of a window of trace: good',
      'source: cost of a window of generation: good',
      'source: cost of a window of score: good',
      'source: settle and traces: warning', // the seeded history has traces that change late
      'source: settle and observations: good',
      'source: settle and scores: good',
      'sink: host: good',
      'sink: project key: good',
      'sink: clock: good',
      'sink: protocol: good',
      'state: state readable: good',
      'state: state writable: good',
      'state: state lockable: good',
      'state: disk: good',
      'state: state and pipeline file: good',
    ]);
    expect(findings.get('configuration: path of events')?.message).to.equal(
      'the fast path: events are written from text to text',
    );
    expect(findings.get('source: further permissions')?.statements).to.include(
      'GRANT SELECT (id, name) ON public.projects TO sluice;',
    );
    expect(world.receiver.eventRequests.filter(({ path }) => path !== '/i/v1/analytics/events')).to.deep.equal([]);
    expect(world.receiver.received()).to.deep.equal([]);
    expect(existsSync(join(world.directory, '.sluice'))).to.equal(false);
  });

  it('checks the other parts when the database is down and the key is refused', async () => {
    const database = new URL(world.databaseUrl);
    database.port = '1';
    const { code, findings } = await checked({ LANGFUSE_DATABASE_URL: database.href, POSTHOG_API_KEY: 'phc_nobodys' });
    expect(code).to.equal(1);
    expect(findings.get('source: database reachable')).to.include({ outcome: 'bad' }).and.to.have.property('fix');
    expect(findings.get('sink: project key')).to.include({ outcome: 'bad' }).and.to.have.property('fix');
    expect(findings.get('state: state writable')).to.include({ outcome: 'good' });
  });

  it('counts the warnings of the mapping', async () => {
    cpSync(shipped('.'), join(world.directory, 'configs'), { recursive: true });
    const mapping = join(world.directory, 'configs', 'mappings', 'langfuse.yaml');
    writeFileSync(mapping, readFileSync(mapping, 'utf8').replace(/^identity:\n(?: {2}.*\n)+/m, ''));
    const pipeline = join(world.directory, 'configs', 'langfuse-to-posthog.yaml');
    const { code, findings } = await checked({}, pipeline);
    expect(code).to.equal(0);
    expect(findings.get('configuration: pipeline and mapping')?.message).to.match(/^no error, [1-9]\d* warnings$/);
  });

  it('finds a state that belongs to another destination', async () => {
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    const again = await checked();
    expect(again.findings.get('state: state and pipeline file')?.message).to.contain(
      'continues where the last one ended',
    );
    const url = new URL(world.receiver.url);
    url.hostname = 'localhost';
    const { code, findings } = await checked({ POSTHOG_HOST: url.origin });
    expect(code).to.equal(1);
    expect(findings.get('state: state and pipeline file')).to.include({ outcome: 'bad' });
  });

  it('warns of a second history of the same source and sink, until it has begun', async () => {
    const renamed = world.pipelineFile((text) => text.replace('pipeline: langfuse-to-posthog', 'pipeline: renamed'));
    const { findings } = await checked({}, renamed);
    const other = findings.get('state: other histories');
    expect(other).to.include({ outcome: 'warning' });
    expect(other?.message).to.match(/^"langfuse-to-posthog" has exported the same source to the same sink \(state: /u);
    expect((await checked()).findings.get('state: other histories')).to.equal(undefined);
  });

  it('exits with 2 and every problem when the files are invalid', async () => {
    const { code, err } = await world.sluice(['check', PIPELINE], { environment: { POSTHOG_API_KEY: undefined } });
    expect(code).to.equal(2);
    expect(err).to.contain('POSTHOG_API_KEY').and.not.to.contain(PROJECT_KEY);
  });

  it('prints findings for people, ends with their number, and says what to do next', async () => {
    const { out, err } = await world.sluice(['check', PIPELINE]);
    expect(out)
      .to.match(/^source langfuse-postgres$/m)
      .and.to.match(/^ {2}✓ database reachable: /m);
    expect(out).to.match(/^ {2}! further permissions: .*\n {6}→ use a role that can only read/m);
    expect(out).to.match(/^\d+ good, 2 warnings$/m);
    expect(err).to.equal(`next: sluice preview ${PIPELINE}\n`);
  });
});
