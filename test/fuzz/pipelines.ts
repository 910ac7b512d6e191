import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { createRegistry, environmentFromFile, loadPipelineFile } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { BASE, ENVIRONMENT_FILES, PIPELINES } from './config-samples.js';
import { choicesFrom, type FuzzTarget } from './fuzz-target.js';
import { mutatedText } from './mutated-text.js';
import { withinASecond } from './within-a-second.js';

const SECRET = 'tell-nobody-8';

/** Loading never throws for a pipeline file; an environment file is read or refused, and never quoted. */
export const pipelines: FuzzTarget = {
  doc: 'pipeline files and environment files that are nearly right',
  start: () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-fuzz-'));
    return Promise.resolve({
      attempt: (seed) => {
        const choices = choicesFrom(seed);
        if (choices.once(5)) {
          const text = mutatedText(ENVIRONMENT_FILES, choices);
          const bytes = Buffer.from(text, choices.of(['utf8', 'latin1', 'utf16le'] as const));
          return withinASecond(text, () => readEnvironment(join(directory, '.env'), bytes));
        }
        const text = mutatedText(PIPELINES, choices);
        return withinASecond(text, () => loadPipeline(text));
      },
      close: () => Promise.resolve(rmSync(directory, { recursive: true })),
    });
  },
};

function readEnvironment(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes);
  try {
    environmentFromFile(file, {});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const said = `${error.message} ${JSON.stringify(error.problems)}`;
    if (said.includes(SECRET)) throw new Error(`quotes a secret: ${said}`, { cause: error });
  }
}

function loadPipeline(text: string): void {
  const readFile = (path: string): string => {
    if (path === '/p/p.yaml') return text;
    if (path === '/p/mappings/langfuse-posthog.yaml') return BASE;
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  };
  const { problems, pipeline } = loadPipelineFile(readDocument('/p/p.yaml', readFile), {
    environment: {
      LANGFUSE_DATABASE_URL: 'postgres://reader:tell-nobody-8@db/langfuse',
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_API_KEY: 'phc_example',
      EVENTS_FILE: 'out.jsonl',
    },
    sources: createRegistry([langfusePostgresSource]),
    sinks: createRegistry([posthogSink, jsonlSink]),
    stateStores: createRegistry([fileStateStore]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
    redactor: new SecretRedactor(),
  });
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (!hasErrors && pipeline === undefined) throw new Error('neither a pipeline nor an error');
  for (const { message, help } of problems) {
    if (help === undefined || help === '') throw new Error(`a problem without advice: ${message}`);
    if (`${message} ${help}`.includes(SECRET)) throw new Error(`quotes a secret: ${message}`);
  }
}
