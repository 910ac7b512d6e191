import { execSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { FileStateStore, fileStateStore } from '@sluice/file-state';
import { ConfigError } from '@sluice/core/adapter';
import { runPipeline, type Pipeline, type RunResult } from '@sluice/core/engine';
import { anAdapterContext, recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, DAY, NOW, type Bench } from './a-pipeline.js';

describe('a new state', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = aPipeline({ records: [aNote('a', NOW - DAY)] });
  });

  function run(changes: Partial<Pipeline>): Promise<RunResult> {
    const signal = new AbortController().signal;
    return runPipeline({ ...bench.pipeline, ...changes }, bench.context, { signal });
  }

  function announced(): readonly { readonly message: string; readonly fields: object }[] {
    return bench.logger.lines.filter(({ message }) => /starting a new state|second time/.test(message));
  }

  it('is announced with its place and what will be exported, and only once', async () => {
    await bench.run();
    await bench.run();
    await run({ name: 'later', start: { kind: 'now', text: 'now' } });
    const [first, ...others] = announced();
    expect(first).to.deep.include({ level: 'info', message: 'starting a new state; all of history will be exported' });
    expect(first?.fields).to.include({ place: join(bench.directory, 'notes') });
    expect(others.at(-1)?.message).to.equal('starting a new state; only what is created from now on will be exported');
    expect(others).to.have.length(2);
  });

  it('is warned of where a pipeline of another name has exported the same to the same sink', async () => {
    await bench.run();
    await run({ name: 'renamed' });
    const warned = announced().find(({ message }) =>
      message.endsWith('events with the same names will be sent a second time'),
    );
    expect(warned?.fields).to.include({ other: 'notes', at: join(bench.directory, 'notes') });
  });

  it('begins in the folder of the pipeline file when its directory is relative', async () => {
    const baseDirectory = aStateDirectory();
    const state = fileStateStore.create({ directory: '.sluice' }, anAdapterContext({ baseDirectory }));
    expect(state.place?.('notes')).to.equal(join(baseDirectory, '.sluice', 'notes'));
  });

  it('is refused where an earlier version kept it in the current folder, and the printed move mends it', async () => {
    await bench.run();
    const directory = join(aStateDirectory(), "it's new", '.sluice');
    const state = new FileStateStore(directory, bench.context, {
      formerDirectory: relative(process.cwd(), bench.directory),
    });
    for (const _ of [1, 2]) {
      const { outcome, failure } = await run({ state });
      expect(outcome).to.equal('failed');
      expect(failure).to.be.instanceOf(ConfigError);
    }
    const { failure } = await run({ state });
    const [, move = ''] = /→ move it: (.*)/.exec(failure?.message ?? '') ?? [];
    execSync(move);
    const before = bench.sink.accepted.length;
    expect(await run({ state })).to.deep.include({ outcome: 'done' });
    expect(bench.sink.accepted).to.have.length(before);
  });

  it('goes on from the one that the pipeline had before it had several sinks, and back again, by the printed move', async () => {
    await bench.run();
    const branch = { name: 'notes.archive', branch: { pipeline: 'notes', sink: 'archive' } };
    const before = bench.sink.accepted.length;
    for (const next of [branch, { name: 'notes' }]) {
      const { failure } = await run(next);
      expect(failure).to.be.instanceOf(ConfigError);
      const [, move = ''] = /→ continue from there: (.*)/.exec(failure?.message ?? '') ?? [];
      execSync(move);
      expect(await run(next)).to.deep.include({ outcome: 'done' });
    }
    expect(bench.sink.accepted).to.have.length(before);
  });

  it('begins for a further sink of the pipeline', async () => {
    await bench.run();
    const sink = recordingSink({ destination: 'archive' });
    expect(await run({ name: 'notes.archive', sink })).to.deep.include({ outcome: 'done' });
    expect(sink.accepted).to.have.length(bench.sink.accepted.length);
  });
});
