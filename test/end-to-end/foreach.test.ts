import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sluice } from '../docs/sluice-command.js';
import { VISITS_SCHEMA, visitsMapping } from './visits.js';

const PIPELINE = `sluice: 1
pipeline: visits
foreach: customers.yaml
source: { use: jsonl, with: { files: '\${each}/visits.jsonl', schema: visits.schema.yaml } }
sink: { use: jsonl, with: { path: '\${each}/\${each.out:-events.jsonl}' } }
${visitsMapping('jsonl')}`;
const NAMES = ['acme', 'globex', 'hooli', 'initech', 'stark', 'wayne'];

describe('a pipeline file with foreach, by commands', function () {
  this.timeout(60_000);
  let folder: string;
  const command = (...args: readonly string[]) => sluice([...args, '--log-level', 'silent'], { cwd: folder });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-foreach-'));
    writeFileSync(join(folder, 'p.yaml'), PIPELINE);
    writeFileSync(join(folder, 'visits.schema.yaml'), VISITS_SCHEMA);
    writeFileSync(
      join(folder, 'customers.yaml'),
      NAMES.map((name) => `${name}: {}\n`)
        .join('')
        .replace('acme: {}', 'acme: { out: own.jsonl }'),
    );
    for (const name of NAMES) {
      mkdirSync(join(folder, name));
      const lines = ['1', '2'].map((id) => JSON.stringify({ id: `${name}-${id}`, at: `2026-01-0${id}T00:00:00Z` }));
      // The last one has no file.
      if (name !== 'wayne') writeFileSync(join(folder, name, 'visits.jsonl'), `${lines.join('\n')}\n`);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  it('runs each with its own values and state; one that fails does not keep the others from running', () => {
    const { status, stdout, stderr } = command('run', 'p.yaml');
    expect(status, stderr).to.equal(1);
    expect(stdout).to.contain('visits.acme: caught up').and.to.contain('visits.stark: caught up');
    expect(stderr).to.contain('wayne/visits.jsonl');
    const arrived = (file: string) => readFileSync(join(folder, file), 'utf8').match(/"id":"[a-z]+-\d"/gu);
    expect(arrived('acme/own.jsonl')).to.deep.equal(['"id":"acme-1"', '"id":"acme-2"']);
    expect(arrived('globex/events.jsonl')).to.deep.equal(['"id":"globex-1"', '"id":"globex-2"']);
  });

  it('shows many as a table, and those in trouble in full', () => {
    const { status, stdout, stderr } = command('status', 'p.yaml');
    expect(status).to.equal(1);
    expect(stdout)
      .to.match(/^visits\.acme +healthy /mu)
      .and.to.match(/^visits\.wayne +UNHEALTHY /mu);
    expect(stdout).to.match(/visits\.wayne: UNHEALTHY\n +✗ paused since/u);
    expect(stdout).not.to.contain('visits.acme: ');
    expect(stdout).to.contain('6 pipelines, 5 healthy, 1 unhealthy\n');
    expect(stderr).to.contain('next: sluice check p.yaml --only wayne');
  });

  it('prints the results for programs as one object, also where there is nothing to do', () => {
    const { status, stdout } = command('dead-letters', 'replay', 'p.yaml', '--all', '--json');
    expect(status).to.equal(0);
    const none = { closed: 0, failedAgain: 0, left: [] };
    expect(JSON.parse(stdout)).to.deep.equal(Object.fromEntries(NAMES.map((name) => [name, none])));
  });

  it('works on one of them with --only, and says which there are', () => {
    const verified = command('verify', 'p.yaml', '--only', 'globex', '--json');
    expect(verified.status, verified.stderr).to.equal(0);
    expect(JSON.parse(verified.stdout)).to.have.property('streams');
    const all = command('verify', 'p.yaml', '--json');
    expect(Object.keys(JSON.parse(all.stdout) as object)).to.deep.equal(NAMES.slice(0, -1));
    expect(command('run', 'p.yaml', '--only', 'globx').stderr).to.contain(
      'unknown pipeline `globx`; did you mean `globex`?',
    );
    expect(command('dead-letters', 'show', 'p.yaml', '1-1', '--only', 'acme').stderr).to.contain(
      'list them with `sluice dead-letters list p.yaml --only acme`',
    );
    expect(command('dead-letters', 'show', 'p.yaml', '1-1').stderr).to.contain(
      'the file has several pipelines: pass --only with one of acme, globex, hooli',
    );
  });
});
