import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { VISITS_SCHEMA, visitsMapping } from './visits.js';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/bin/sluice.js', import.meta.url));

const pipeline = (path: string) => `sluice: 1
pipeline: visits
source: { use: jsonl, with: { files: visits.jsonl, schema: visits.schema.yaml } }
sink: { use: jsonl, with: { path: '${path}' } }
start: beginning
state: { use: file, with: { directory: state } }
${visitsMapping('jsonl')}`;

describe('a stream that cannot be written', function () {
  this.timeout(60_000);
  let directory: string;
  let full: number;

  beforeEach(() => {
    full = openSync('/dev/full', 'w');
    directory = mkdtempSync(join(tmpdir(), 'sluice-unwritable-'));
    writeFileSync(join(directory, 'visits.schema.yaml'), VISITS_SCHEMA);
    writeFileSync(join(directory, 'visits.jsonl'), '{"id":"v1","at":"2026-01-31T09:30:00Z"}\n');
    writeFileSync(join(directory, 'pipeline.yaml'), pipeline('events.jsonl'));
    writeFileSync(join(directory, 'to-stdout.yaml'), pipeline('-'));
  });
  afterEach(() => {
    closeSync(full);
    rmSync(directory, { recursive: true, force: true });
  });

  function sluice(
    args: readonly string[],
    { stdout = 'pipe', stderr = 'pipe' }: { readonly stdout?: 'pipe' | number; readonly stderr?: 'pipe' | number },
  ): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [COMMAND, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
      stdio: ['ignore', stdout, stderr],
    });
  }

  it('loses the log and not the export', () => {
    const { status, stdout } = sluice(['run', 'pipeline.yaml'], { stderr: full });
    expect(status).to.equal(0);
    expect(stdout).to.include('caught up');
    expect(readdirSync(directory)).to.include('events.jsonl');
  });

  for (const args of [['run'], ['run', '--json'], ['status']]) {
    it(`is one sentence about the result of ${args.join(' ')}`, () => {
      const { status, stderr } = sluice([...args, 'pipeline.yaml'], { stdout: full });
      expect(status).to.equal(1);
      expect(stderr)
        .to.include('sluice: cannot write to stdout: the disk is full\n')
        .and.not.match(/^ +at /mu);
    });
  }

  it('leaves a run its state', () => {
    sluice(['run', 'pipeline.yaml'], { stdout: full });
    const { status, stdout } = sluice(['run', 'pipeline.yaml', '--json'], {});
    expect([status, JSON.parse(stdout).requests]).to.deep.equal([0, 0]);
  });

  it('pauses a run whose events go there', () => {
    const { status, stderr } = sluice(['run', 'to-stdout.yaml'], { stdout: full });
    expect(status).to.equal(1);
    expect(stderr)
      .to.include('cannot write to stdout: ENOSPC')
      .and.not.match(/^ +at /mu);
  });
});
