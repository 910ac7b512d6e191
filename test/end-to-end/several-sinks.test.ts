import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { aLangfuseWorld, type LangfuseWorld } from './langfuse-world.js';

/** The shipped file with a second sink. */
function withArchive(text: string): string {
  const posthog = /^sink:\n((?: {2}.*\n)+)/mu.exec(text)?.[1] ?? '';
  const indented = posthog.replaceAll(/^/gmu, '  ').trimEnd();
  return text.replace(
    /^sink:\n(?: {2}.*\n)+/mu,
    `sinks:\n  posthog:\n${indented}\n    delivery: { maxEvents: 20, maxInFlight: 1 }\n  archive: { use: jsonl, with: { path: ../archive.jsonl } }\n`,
  );
}

interface ArchivedEvent {
  readonly uuid: string;
}

describe('a pipeline with several sinks', () => {
  let world: LangfuseWorld;
  let file: string;
  let isRefusing = true;
  before(async () => {
    world = await aLangfuseWorld({
      receiver: {
        faultFor: (request) =>
          isRefusing && request > 3 ? { kind: 'status', status: 401, body: 'invalid key' } : undefined,
      },
    });
    file = world.pipelineFile((text) => text);
    writeFileSync(file, withArchive(readFileSync(file, 'utf8')));
  });
  after(async () => world.end());

  const archived = () =>
    readFileSync(join(world.directory, 'archive.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): ArchivedEvent => JSON.parse(line));

  it('checks every sink and shows the requests of the one that is asked for', async () => {
    const { code, out } = await world.sluice(['check', file]);
    expect(code).to.equal(0);
    expect(out).to.match(/sink posthog[^]*sink archive/u);
    const preview = await world.sluice(['preview', file, '--sink', 'archive', '--limit', '1']);
    expect(preview.out).to.include('archive.jsonl').and.not.include('/batch');
  });

  it('lets the others finish when one refuses its key in the middle, which later goes on from its own cursor', async () => {
    const refused = await world.sluice(['run', file, '--json', '--log-level', 'silent']);
    expect(refused.code).to.equal(1);
    const ends = JSON.parse(refused.out);
    expect([ends.posthog.outcome, ends.archive.outcome]).to.deep.equal(['paused', 'done']);
    const all = new Set(archived().map(({ uuid }) => uuid));
    expect(archived()).to.have.length(all.size);
    expect(world.receiver.received().length).to.be.within(1, all.size - 1);

    const status = await world.sluice(['status', file]);
    expect(status.code).to.equal(1);
    expect(status.out).to.match(/posthog: UNHEALTHY[^]*archive: healthy/u);

    isRefusing = false;
    const { code, out } = await world.sluice(['run', file, '--log-level', 'silent']);
    expect(code, out).to.equal(0);
    expect(new Set(world.receiver.received().map(({ uuid }) => uuid))).to.deep.equal(all);
    expect(world.receiver.received()).to.have.length(all.size);
    expect(archived()).to.have.length(all.size);
  });

  it('asks which state is meant before it is rewound', async () => {
    const { code, err } = await world.sluice(['state', 'rewind', file, '--to', 'start', '--yes']);
    expect(code).to.equal(2);
    expect(err).to.include('pass --sink with one of posthog, archive');
  });
});
