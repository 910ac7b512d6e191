import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, shipped } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

describe('an event that PostHog refuses', function () {
  this.timeout(60_000);

  it('becomes a dead letter with PostHog’s answer; the others are delivered, and the exit code is 3', async () => {
    let poisoned: string | undefined;
    const world = await aLangfuseWorld({
      traces: 100,
      receiver: {
        isPoison: ({ event, uuid }) => {
          if (event === 'langfuse generation') poisoned ??= uuid;
          return uuid === poisoned && event === 'langfuse generation';
        },
      },
    });
    try {
      const { code, out, err } = await world.sluice(['run', PIPELINE, '--json', '--log-level', 'debug']);
      expect(code, err).to.equal(3);
      const report = JSON.parse(out) as {
        deadLetters: number;
        streams: { generation: { accepted: number; read: number } };
      };
      expect(report.deadLetters).to.equal(1);
      expect(report.streams.generation.accepted).to.equal(report.streams.generation.read - 1);
      const journal = readFileSync(join(world.directory, '.sluice', 'langfuse-to-posthog', 'journal.jsonl'), 'utf8');
      expect(journal).to.contain('invalid event could not be processed').and.to.contain(poisoned);
      expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    } finally {
      await world.end();
    }
  });

  it('pauses the pipeline with exit code 1 when it is every event, and nothing becomes a dead letter', async () => {
    const world = await aLangfuseWorld({ traces: 100, receiver: { isPoison: () => true } });
    try {
      const { code, out, err } = await world.sluice(['run', PIPELINE, '--json']);
      expect(code, err).to.equal(1);
      expect(JSON.parse(out)).to.include({ outcome: 'paused', deadLetters: 0 });
      expect(err).to.contain('accepted none');
      expect(world.receiver.received()).to.deep.equal([]);
    } finally {
      await world.end();
    }
  });
});
