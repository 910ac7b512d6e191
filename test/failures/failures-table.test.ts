import { fileURLToPath } from 'node:url';
import { ConfigError, RefusedError, SluiceError } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { createSluice } from '@sluice/sluice';
import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { expectWrittenPart } from '../docs/written-page.js';
import { markdownTable } from '../posthog/markdown-table.js';
import { aFailingWorld, KEY, PASSWORD, type FailingWorld } from './failing-world.js';
import {
  CONFIGURATION_FAILURES,
  SINK_FAILURES,
  SOURCE_FAILURES,
  STATE_FAILURES,
  type Broken,
  type FailureCase,
} from './failure-cases.js';

const MAPPING = fileURLToPath(new URL('../../../configs/mappings/langfuse-posthog.yaml', import.meta.url));
const HEADER = ['failure', 'what Sluice says', 'kind', 'exit code', 'what to do'];

/** The table of docs/operations.md: every row is a run of the shipped mapping that fails in this way. */
describe('a run that fails', function () {
  this.timeout(120_000);
  let world: FailingWorld;
  let source: object;
  let sink: object;
  const rows: (readonly string[])[] = [HEADER];

  before(async () => {
    world = await aFailingWorld();
    source = { url: (await world.database()).url.href, projects: 'all' };
    sink = { host: (await world.posthog()).url, apiKey: KEY };
  });
  after(() => world.end());

  for (const each of [...SOURCE_FAILURES, ...SINK_FAILURES, ...STATE_FAILURES, ...CONFIGURATION_FAILURES]) {
    it(`because ${each.failure}: ${each.kind}, exit code ${each.exitCode}`, async () => {
      const failure = await failureOf(each);
      const said = withoutAddresses(failure.message);
      expect(said).not.to.contain(PASSWORD);
      expect(kindOf(failure)).to.equal(each.kind);
      expect(failure instanceof ConfigError ? 2 : 1).to.equal(each.exitCode);
      rows.push([each.failure, said, each.kind, String(each.exitCode), each.todo]);
    });
  }

  it('is in the table of the operations page', () => {
    expectWrittenPart('docs/operations.md', 'failures', markdownTable(rows));
  });

  async function failureOf(each: FailureCase): Promise<Error> {
    const broken: Broken = await each.arrange(world);
    const sluice = createSluice({
      environment: {},
      logLevel: 'silent',
      runtime: manualRuntime({ startAt: Date.now() }),
    });
    const definition = {
      sluice: 1,
      pipeline: 'acme',
      source: { use: 'langfuse-postgres', with: { ...source, ...broken.source } },
      sink: { use: 'posthog', with: { ...sink, ...broken.sink } },
      mapping: MAPPING,
      params: { langfuseUrl: 'https://langfuse.example.com' },
      state: { use: 'file', with: { directory: world.folder() } },
      ...broken.pipeline,
    };
    try {
      const pipeline = await sluice.load(definition);
      const { failure } = await pipeline.run();
      if (failure instanceof Error) return failure;
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('the run did not fail');
  }
});

const OTHER_KINDS: Readonly<Record<string, string>> = {
  GaveUpError: 'transient',
  UnexpectedAnswerError: 'unexpected answer',
  StateError: 'state',
};

function kindOf(failure: Error): string {
  if (failure instanceof ConfigError) return 'configuration';
  if (failure instanceof RefusedError) return `paused: ${failure.refusal}`;
  if (failure instanceof SourceDriftError) return 'paused: drift';
  if (!(failure instanceof SluiceError)) return `a bug: ${failure.stack ?? failure.message}`;
  return OTHER_KINDS[failure.name] ?? failure.name;
}

/** The message on one line, with names in place of what differs from run to run. */
function withoutAddresses(message: string): string {
  return message
    .replaceAll(/127\.0\.0\.1:\d+/gu, 'HOST:PORT')
    .replaceAll(/(?:\/[\w.-]+)*\/sluice-failures-\w+/gu, 'FOLDER')
    .replaceAll(/ attempts in \d+ s/gu, ' attempts in … s')
    .replaceAll(/reader_\d+/gu, 'reader')
    .replaceAll(/failures_\d+/gu, 'langfuse')
    .replaceAll(/\s*\n\s*(?:→ )?/gu, '; ');
}
