import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MappingDifference, StreamComparison } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const DEFAULT = shipped('mappings/langfuse-posthog.yaml');
const OVERLAY = `sluice: 1
extends: ${DEFAULT}
personalData: { allows: [trace.metadata.team], because: A team is no person. }
shared: { common: { properties: { team: trace.metadata.team } } }
events:
  - event: langfuse generation
    rename: model call
    when: level != 'DEBUG'
    remove: [properties.langfuse_tags]
    properties: { langfuse_latency: "round(latency, 1)" }
`;
const TESTS = `tests:
  - name: holds # keeps this comment
    from: score
    given: { name: helpful }
    expect: [{ properties: { langfuse_score_name: helpful } }]
  - name: does not hold
    from: score
    given: { name: helpful }
    expect: [{ properties: { langfuse_score_name: useless } }] # and this one
`;

describe('the commands for mappings', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 60 });
  });
  after(() => world.end());

  function written(name: string, text: string): string {
    const path = join(world.directory, name);
    writeFileSync(path, text);
    return path;
  }

  describe('sluice test', () => {
    it('passes with the mappings that ship, and with every property of the default one covered', async () => {
      const files = [DEFAULT, shipped('mappings/langfuse-posthog-extended.yaml')];
      const { code, out, err } = await world.sluice(['test', ...files, '--json']);
      expect(code, err).to.equal(0);
      const { failed, mappings } = JSON.parse(out) as {
        failed: number;
        mappings: { coverage: { uncovered: unknown[] } }[];
      };
      expect(failed).to.equal(0);
      expect(mappings[0]?.coverage.uncovered).to.deep.equal([]);
    });

    it('ends with 1 when a test fails, and shows what differs', async () => {
      const { code, out } = await world.sluice(['test', written('failing.yaml', OVERLAY + TESTS)]);
      expect(code).to.equal(1);
      expect(out)
        .to.match(/✓ holds\n/u)
        .and.match(/✗ does not hold\n/u)
        .and.contain('1 passed, 1 failed');
      expect(out).to.match(/failing\.yaml:\d+:\d+: the events differ/u);
      expect(out).to.match(/- +langfuse_score_name: useless\n +\+ +langfuse_score_name: helpful\n/u);
      expect(out).to.match(/langfuse trace: is not tested/u);
    });

    it('writes what came with --update, and nothing else', async () => {
      const path = written('updated.yaml', OVERLAY + TESTS);
      const { code, out } = await world.sluice(['test', path, '--update']);
      expect(code, out).to.equal(0);
      expect(readFileSync(path, 'utf8')).to.equal(OVERLAY + TESTS.replace('useless', 'helpful'));
    });

    it('writes with --update in the encoding and with the line ends of the file', async () => {
      const path = written('windows.yaml', '');
      const encoded = (text: string): Buffer => Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`, 'utf16le');
      writeFileSync(path, encoded(`# ü\n${OVERLAY}${TESTS}`));
      const { code, out } = await world.sluice(['test', path, '--update']);
      expect(code, out).to.equal(0);
      expect(readFileSync(path)).to.deep.equal(encoded(`# ü\n${OVERLAY}${TESTS.replace('useless', 'helpful')}`));
    });

    it('ends with 2 for a mapping or a test that is wrong, and when there are no tests', async () => {
      const misspelt = await world.sluice([
        'test',
        written('wrong.yaml', OVERLAY + TESTS.replace('name: helpful', 'nmae: x')),
      ]);
      expect(misspelt).to.include({ code: 2, out: '' });
      expect(misspelt.err).to.contain('[unknown-field]').and.contain('did you mean `name`?');
      expect(await world.sluice(['test', written('bare.yaml', OVERLAY)])).to.include({ code: 2, out: '' });
      expect(await world.sluice(['test', 'nowhere.yaml'])).to.include({ code: 2, out: '' });
    });
  });

  describe('sluice diff', () => {
    it('reads well for a team’s overlay', async () => {
      const { code, out } = await world.sluice(['diff', DEFAULT, written('team.yaml', OVERLAY)]);
      expect(code).to.equal(0);
      expect(out.split('\n')).to.include.members([
        '→ langfuse generation → model call  renamed  (breaking)',
        'Breaking: whatever reads these events must be adapted.',
        'The identity of "model call" changes (event): a record that was sent before becomes a second event when it is sent again.',
      ]);
      expect(out).to.match(/ - properties\.langfuse_tags +text\[\] or null: trace\.tags +\(breaking\)\n/u);
      expect(out).to.match(/ ~ properties\.langfuse_latency +latency → round\(latency, 1\)\n/u);
    });

    it('maps real records with both, sends nothing and leaves the state alone', async () => {
      const args = ['diff', DEFAULT, written('team.yaml', OVERLAY), '--config', shipped('langfuse-to-posthog.yaml')];
      const environment = { POSTHOG_HOST: 'http://127.0.0.1:1' };
      const { code, out, err } = await world.sluice([...args, '--sample', '40', '--json'], { environment });
      expect(code, err).to.equal(0);
      const { records } = JSON.parse(out) as MappingDifference & { records: readonly StreamComparison[] };
      expect(records.map(({ stream, records: count }) => `${stream} ${count}`)).to.deep.equal([
        'trace 40',
        'generation 40',
        'score 40',
      ]);
      const generations = records.find(({ stream }) => stream === 'generation');
      expect(generations?.events.before).to.equal(40);
      expect(generations?.events.after).to.equal(40 - (generations?.filtered.after ?? 0));
      const latency = generations?.values.find(({ path }) => path === 'properties.langfuse_latency');
      expect(latency?.event).to.equal('model call');
      expect(latency?.changed).to.be.greaterThan(0);
      const [example] = latency?.examples ?? [];
      expect(example?.after).to.equal(Math.round(Number(example?.before) * 10) / 10);
      expect(existsSync(join(world.directory, '.sluice'))).to.equal(false);
      expect(world.receiver.requests).to.have.lengthOf(0);
      const text = await world.sluice([...args, '--sample', '5'], { environment });
      expect(text.out)
        .to.match(/stream +records +events before/u)
        .and.contain('model call: properties.langfuse_latency, ');
    });

    it('ends with 2 for a file with an error, and for a sample that is none', async () => {
      const broken = written('broken.yaml', OVERLAY.replace('level', 'levle'));
      expect(await world.sluice(['diff', DEFAULT, broken])).to.include({ code: 2, out: '' });
      expect(await world.sluice(['diff', DEFAULT, DEFAULT, '--sample', '0'])).to.include({ code: 2, out: '' });
    });
  });

  describe('sluice explain', () => {
    it('explains a code, with an example of the mistake and its correction', async () => {
      const { code, out } = await world.sluice(['explain', 'unit-mismatch']);
      expect(code).to.equal(0);
      expect(out).to.match(
        /^a value in the wrong unit \(error unit-mismatch\)\n\n[^]+\nwrong\n {4}\S[^]+\nright\n {4}\S/u,
      );
      const asked = await world.sluice(['explain', 'missing-variable', '--json']);
      expect(JSON.parse(asked.out)).to.include.keys('code', 'severity', 'title', 'why', 'fix', 'wrong', 'right');
    });

    it('lists all codes, and suggests one for a misspelt code', async () => {
      const { out } = await world.sluice(['explain', '--json']);
      const codes = (JSON.parse(out) as { code: string }[]).map(({ code }) => code);
      expect(codes).to.include.members(['unknown-field', 'missing-variable', 'yaml-syntax']);
      const { code, err } = await world.sluice(['explain', 'unkown-field']);
      expect(code).to.equal(2);
      expect(err).to.contain('did you mean `unknown-field`?');
    });
  });

  it('suggest the options that they know, and only those', async () => {
    expect((await world.sluice(['test', DEFAULT, '--updat'])).err).to.contain('did you mean --update?');
    expect((await world.sluice(['explain', '--updat'])).err).not.to.contain('did you mean');
    expect((await world.sluice(['explain', '--a-word'])).err).to.match(
      /^sluice: unknown option or argument: a-word$/mu,
    );
  });
});
