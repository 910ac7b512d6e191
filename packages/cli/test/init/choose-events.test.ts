import { createSluice } from '@sluice/sluice';
import { expect } from 'chai';
import { chooseEvents, pipelineNames } from '#src/init/choose-events.js';
import { choosePair } from '#src/init/pair.js';
import { aPrompter } from './a-prompter.js';

const { adapters } = createSluice();

describe('the events of a new pipeline', () => {
  async function chosen(given: string | undefined, sink = 'posthog', script?: Parameters<typeof aPrompter>[0]) {
    const { prompter, asked } = aPrompter(script ?? []);
    const pair = await choosePair({ source: 'langfuse-clickhouse', sink }, adapters, '.', undefined);
    const pairs = await chooseEvents(given, pair, script === undefined ? undefined : prompter);
    return { mappings: pairs.map(({ preset }) => preset?.mapping.specifier.split('/').at(-1)), asked, pairs };
  }

  const LANGFUSE = 'langfuse-posthog.yaml';
  const AI = 'langfuse-posthog-ai.yaml';

  it('are those of the first preset when nobody may be asked', async () => {
    expect(await chosen(undefined)).to.deep.include({ mappings: [LANGFUSE], asked: [] });
  });

  it('are those that a flag names, or both', async () => {
    expect((await chosen('ai')).mappings).to.deep.equal([AI]);
    expect((await chosen('both')).mappings).to.deep.equal([LANGFUSE, AI]);
  });

  it('are asked for where several presets fit, and only there', async () => {
    const answered = await chosen(undefined, 'posthog', [[/^Which events/, 'both']]);
    expect(answered).to.deep.include({ mappings: [LANGFUSE, AI], asked: ['Which events?'] });
    expect(await chosen('ai', 'posthog', [])).to.deep.include({ mappings: [AI], asked: [] });
    expect(await chosen(undefined, 'jsonl', [])).to.deep.include({ mappings: [undefined], asked: [] });
  });

  it('give a pipeline each, named for its events', async () => {
    expect(pipelineNames('export', (await chosen('both')).pairs)).to.deep.equal(['export', 'export-ai']);
    expect(pipelineNames('export', (await chosen('ai')).pairs)).to.deep.equal(['export']);
  });

  for (const [given, sink, message] of [
    ['all', 'posthog', '--events all: expected langfuse, ai, both'],
    [
      'ai',
      'jsonl',
      '--events ai: there are not several mappings for langfuse-clickhouse and jsonl to choose from; omit --events',
    ],
  ] as const) {
    it(`cannot be ${given} for ${sink}`, async () => {
      const error: unknown = await chosen(given, sink).catch((problem: unknown) => problem);
      expect(String(error)).to.include(message);
    });
  }
});
