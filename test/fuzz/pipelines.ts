import { ConfigError } from '@sluice/core/adapter';
import { createRegistry, environmentFromFile, loadPipelineFile, renderProblems } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext } from '@sluice/testkit';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { changedYaml, materialOf } from './changed-yaml.js';
import { checkNoSecret, checkProblems } from './check-problems.js';
import { ENVIRONMENT_FILES, PIPELINES, SMALL_BASE } from './config-samples.js';
import { choicesFrom, type Choices, type FuzzTarget } from './fuzz-target.js';
import { KEPT_PIPELINES } from './kept-inputs.js';
import { mutatedText } from './mutated-text.js';
import { withinASecond } from './within-a-second.js';
import { readYaml, writeYaml } from './yaml-value.js';

const STRUCTURE = [
  'sluice',
  'pipeline',
  'source',
  'sink',
  'use',
  'with',
  'mapping',
  'params',
  'schedule',
  'delivery',
  'state',
];
const PASSWORD = 'Zq7xVw93Kj';
const URLS: readonly string[] = [
  `postgres://reader:${PASSWORD}@db.example.com:5432/langfuse?sslmode=require`,
  `postgres://reader:${PASSWORD}@db/langfuse?schema=public&connection_limit=1`,
  `postgresql://${PASSWORD}@[::1]/langfuse?host=/run/postgresql&options=-c%20statement_timeout%3D1`,
];
const KEYS: readonly string[] = [`phc_${PASSWORD}${PASSWORD}`, `phx_${PASSWORD}`, PASSWORD];

/** Values of the options, right and nearly right. */
const SCALARS: readonly string[] = [
  ['1s', '0s', '-1s', '1.5h', '1h30m', '99999999999d', '1 h', '5', 'forever', '1e3s', '24h'],
  ['1kb', '10MB', '0b', '1e9', '5%', '101%', '0.5%', 'unlimited', '1_000', '0x10', '20000', '20001'],
  ['"30 * * * *"', '"0 0 31 2 *"', '"* * * * * *"', '"99 * * * *"', 'UTC', 'Europe/Berlin', 'Mars/Base'],
  [
    'beginning',
    'now',
    '2026-01-31',
    '2026-02-30',
    '9999-12-31T23:59:59Z',
    '-000001-01-01',
    '2026-01-31T09:30:00+25:00',
  ],
  [
    'https://us.posthog.com/project/1',
    'http://localhost:8000',
    'http://10.0.0.1',
    'ftp://a',
    'https://[::1',
    '"https://a b"',
  ],
  ['file', 'posthog', 'jsonl', 'langfuse-postgres', './adapter.js', '"@acme/sink"', '../../etc/passwd', '/dev/null'],
  [
    '${LANGFUSE_DATABASE_URL}',
    '${POSTHOG_API_KEY}',
    'a${POSTHOG_API_KEY}b',
    '${MISSING}',
    '${MISSING:-x}',
    '${file:key}',
  ],
  ['all', '[all]', '[a, 1]', 'yes', 'auto', 'v2', 'keep'],
].flat();

/** Loading never throws for a pipeline file; an environment file is read or refused, and never quoted. */
export const pipelines: FuzzTarget = {
  doc: 'pipeline files and environment files that are nearly right',
  start: () => {
    const samples = PIPELINES.map(readYaml);
    const material = materialOf(samples, STRUCTURE, (choices) => choices.of(SCALARS));
    const changed = (choices: Choices): string => {
      let value = choices.of(samples);
      for (let count = choices.below(5) + 1; count > 0; count -= 1) value = changedYaml(value, material, choices);
      return writeYaml(value, choices);
    };
    return Promise.resolve({
      attempt: async (seed) => {
        const choices = choicesFrom(seed);
        if (choices.once(5)) {
          const text = mutatedText(ENVIRONMENT_FILES, choices);
          const bytes = Buffer.from(text, choices.of(['utf8', 'latin1', 'utf16le'] as const));
          return withinASecond(text, () => readEnvironment(bytes));
        }
        const text = choices.once(3) ? mutatedText(PIPELINES, choices) : changed(choices);
        const url = choices.once(4) ? mutatedText(URLS, choices) : choices.of(URLS);
        const key = choices.once(8) ? mutatedText(KEYS, choices) : choices.of(KEYS);
        await withinASecond({ text, url, key }, () => loadPipeline(text, url, key));
      },
      kept: KEPT_PIPELINES.map((kept) => () => withinASecond(kept, () => loadPipeline(kept.text, kept.url, kept.key))),
      close: () => Promise.resolve(),
    });
  },
};

function readEnvironment(bytes: Uint8Array): void {
  try {
    environmentFromFile('/p/.env', {}, () => bytes);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    checkProblems(error.problems, ['tell-nobody-8']);
    checkNoSecret(error.message, ['tell-nobody-8']);
  }
}

function loadPipeline(text: string, url = URLS[0], key = KEYS[0]): void {
  const readFile = (path: string): string => {
    if (path === '/p/p.yaml') return text;
    if (path === '/p/mappings/langfuse-posthog.yaml') return SMALL_BASE;
    if (path === '/p/key') return `${key}\n`;
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  };
  const redactor = new SecretRedactor();
  const { problems, pipeline } = loadPipelineFile(readDocument('/p/p.yaml', readFile), {
    environment: {
      LANGFUSE_DATABASE_URL: url,
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_API_KEY: key,
      EVENTS_FILE: 'out.jsonl',
    },
    sources: createRegistry([langfusePostgresSource]),
    sinks: createRegistry([posthogSink, jsonlSink]),
    stateStores: createRegistry([fileStateStore]),
    schedulers: createRegistry([]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
    redactor,
  });
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (hasErrors === (pipeline !== undefined)) throw new Error('a pipeline has errors, or is there');
  checkProblems(problems, [PASSWORD]);
  checkNoSecret(renderProblems(problems, { readFile, redactor }), [PASSWORD]);
  if (pipeline === undefined) return;
  const context = anAdapterContext({ redactor, baseDirectory: '/p' });
  for (const { definition, config } of [pipeline.source, pipeline.sink, pipeline.state])
    definition.create(config, context);
}
