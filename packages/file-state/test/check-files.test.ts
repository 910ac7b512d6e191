import { FileStateStore } from '@sluice/file-state';
import type { CheckResult } from '@sluice/core/adapter';
import { StateError, type StateWriter } from '@sluice/core/state';
import { expect } from 'chai';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkStateFiles } from '#src/check-files.js';
import { statePaths } from '#src/state-files.js';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('the check of a state in files', () => {
  let directory: string;
  let store: FileStateStore;
  let writer: StateWriter | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-check-files-'));
    store = new FileStateStore(directory, { logger, runtime: { now: () => Date.UTC(2026, 0, 2) } });
  });
  afterEach(async () => {
    await writer?.release();
    writer = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  function outcomes(results: readonly CheckResult[]): readonly string[] {
    return results.map(({ name, outcome }) => `${name}: ${outcome}`);
  }

  /** Names, sizes and times of every file below the folder. */
  function picture(): readonly string[] {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    return entries.map((entry) => {
      const { size, mtimeMs } = statSync(join(entry.parentPath, entry.name));
      return entry.isDirectory() ? entry.name : `${entry.name} ${size} ${mtimeMs}`;
    });
  }

  it('approves a state that does not exist yet, and creates nothing', async () => {
    expect(outcomes(await store.check('new'))).to.deep.equal([
      'state readable: good',
      'state writable: good',
      'state lockable: good',
      'disk: good',
    ]);
    expect(readdirSync(directory)).to.deep.equal([]);
  });

  it('says who holds the lease, and changes no file', async () => {
    writer = await store.acquire('busy');
    await writer.commit([{ type: 'backfilled', stream: 'trace' }]);
    const before = picture();
    const [readable, , lockable] = await store.check('busy');
    expect(readable?.message).to.match(/1 commits$/);
    expect(lockable).to.include({ outcome: 'good' });
    expect(lockable?.message).to.contain(`process ${process.pid}`).and.to.contain('2026-01-02');
    expect(picture()).to.deep.equal(before);
  });

  it('fails for a damaged journal and warns of a torn last line', async () => {
    writer = await store.acquire('p');
    await writer.commit([{ type: 'backfilled', stream: 'trace' }]);
    await writer.release();
    const journal = join(directory, 'p', 'journal.jsonl');
    const intact = readFileSync(journal, 'utf8');
    appendFileSync(journal, '{"checksum":"');
    expect(outcomes(await store.check('p'))).to.include('state readable: warning');
    writeFileSync(journal, `nonsense\n${intact}`);
    const [readable, writable] = await store.check('p');
    expect(readable).to.include({ outcome: 'bad' }).and.to.have.property('fix');
    expect(readable?.message).to.contain('journal.jsonl:1');
    expect(writable?.outcome).to.equal('good');
  });

  it('fails for a folder that is not writable', async function () {
    if (process.getuid?.() === 0) {
      // Root can write everywhere; a file in the place of the folder fails for every user.
      writeFileSync(join(directory, 'shut'), '');
    } else {
      mkdirSync(join(directory, 'shut'));
      chmodSync(join(directory, 'shut'), 0o500);
    }
    const results = await store.check('shut');
    expect(outcomes(results)).to.include.members(['state writable: bad', 'state lockable: bad']);
    for (const { outcome, fix } of results) if (outcome === 'bad') expect(fix).to.be.a('string');
  });

  it('names a link that points to nothing, as a run and a reader do', async () => {
    symlinkSync('/nowhere/volume', join(directory, 'linked'));
    const linked = new FileStateStore(join(directory, 'linked'), { logger, runtime: { now: () => 0 } });
    const message = `the link ${join(directory, 'linked')} points to nothing; is /nowhere/volume mounted?`;
    const results = await linked.check('p');
    expect(results.find(({ name }) => name === 'state writable')).to.include({ outcome: 'bad', message });
    const failed = (error: unknown): unknown => error;
    const unread = await linked.reader('p').read().catch(failed);
    expect(unread)
      .instanceOf(StateError)
      .with.property('message', `cannot read ${directory}/linked/p/journal.jsonl: ${message}`);
    const unlocked = await linked.acquire('p').catch(failed);
    expect(unlocked).instanceOf(StateError).with.property('message', `cannot lock ${directory}/linked/p: ${message}`);
  });

  it('does not take a state for empty whose journal or snapshot is a link to nothing', async () => {
    for (const name of ['journal', 'snapshot'] as const) {
      mkdirSync(join(directory, name));
      const path = statePaths(join(directory, name))[name];
      symlinkSync('/nowhere/file', path);
      const message = `the link ${path} points to nothing; is /nowhere/file mounted?`;
      const results = await store.check(name);
      expect(results[0]).to.include({ outcome: 'bad', message: `cannot read ${path}: ${message}` });
      expect(results[1]).to.include({ outcome: 'bad', message });
      expect(await store.acquire(name).catch(String)).to.equal(`StateError: cannot read ${path}: ${message}`);
    }
  });

  it('says what to do about a link that leads to itself', async () => {
    symlinkSync('circle', join(directory, 'circle'));
    const results = await store.check('circle');
    for (const { message } of results) expect(message).to.include('a link leads to itself; correct it');
  });

  it('does not call it a bug that a part of the path is a file', async () => {
    writeFileSync(join(directory, 'file'), '');
    const results = await new FileStateStore(join(directory, 'file'), { logger, runtime: { now: () => 0 } }).check('p');
    expect(outcomes(results)).to.deep.equal([
      'state readable: bad',
      'state writable: bad',
      'state lockable: bad',
      'disk: bad',
    ]);
  });

  it('refuses a journal that is a device, which never ends, or a folder', async () => {
    for (const pipeline of ['device', 'folder']) {
      mkdirSync(join(directory, pipeline));
      const { journal } = statePaths(join(directory, pipeline));
      if (pipeline === 'folder') mkdirSync(journal);
      else symlinkSync('/dev/null', journal);
      const error: unknown = await store
        .reader(pipeline)
        .read()
        .catch((thrown: unknown) => thrown);
      expect(error).instanceOf(StateError).with.property('message', `${journal} is not a file; move it away`);
    }
  });

  it('warns of a disk that is nearly full', async () => {
    const results = await checkStateFiles(statePaths(join(directory, 'p')), {
      freeBytes: async () => 12 * 1024 * 1024,
    });
    const disk = results.find(({ name }) => name === 'disk');
    expect(disk).to.include({ outcome: 'warning', message: `12 MiB free at ${directory}` });
  });
});
