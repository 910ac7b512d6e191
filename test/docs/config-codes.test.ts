import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIG_CODES, createRegistry, environmentFromFile, loadPipelineFile } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import type { SinkDefinition } from '@sluice/core/sink';
import { fileStateStore } from '@sluice/file-state';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { pgBossScheduler } from '@sluice/pg-boss-scheduler';
import { postgresState } from '@sluice/postgres-state';
import { posthogSink } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

const PIPELINE = fileURLToPath(new URL('../../../configs/langfuse-to-posthog.yaml', import.meta.url));

/** Stands for a sink whose destination keeps the first event, and takes any mapping. */
const { ddl: _, dashboards: __, ...lines } = jsonlSink;
const firstWins: SinkDefinition<{ writeKey: string }> = {
  ...lines,
  type: 'segment',
  config: z.strictObject({ writeKey: z.string() }),
  repeats: () => ({ effect: 'ignore', withinMs: 86_400_000 }),
  create: () => {
    throw new Error('not needed');
  },
};

const withoutGet: typeof langfusePostgresSource = {
  ...langfusePostgresSource,
  type: '@acme/orders-source',
  readsByKey: false,
  config: z.strictObject({}) as never,
};

/** The codes of the shipped pipeline when the keys of an example replace its own. */
function codesWith(example: string): readonly string[] {
  const file = stringify({ ...(parse(readFileSync(PIPELINE, 'utf8')) as object), ...(parse(example) as object) });
  const readFile = (path: string) => (path === PIPELINE ? file : readFileSync(path, 'utf8'));
  const { problems } = loadPipelineFile(readDocument(PIPELINE, readFile), {
    environment: {
      LANGFUSE_CLICKHOUSE_URL: 'http://reader:secret@clickhouse.example.com:8123/default',
      LANGFUSE_DATABASE_URL: 'postgres://reader:secret@db.example.com:5432/langfuse',
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_API_KEY: 'phc_example',
      SEGMENT_WRITE_KEY: 'key',
      QUOTED: '"https://langfuse.example.com"',
      PLAIN: 'https://langfuse.example.com',
    },
    sources: createRegistry([langfusePostgresSource, langfuseClickHouseSource, withoutGet]),
    sinks: createRegistry([posthogSink, jsonlSink, firstWins]),
    stateStores: createRegistry([fileStateStore, postgresState]),
    schedulers: createRegistry([pgBossScheduler]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
    redactor: new SecretRedactor(),
  });
  return problems.map(({ code }) => code);
}

describe('the example of a pipeline file code', () => {
  for (const [code, { wrong, right }] of Object.entries(CONFIG_CODES)) {
    if (code === 'invalid-line') continue;
    it(`${code} has the problem, and its correction has none`, () => {
      expect(codesWith(wrong)).to.include(code);
      expect(codesWith(right)).to.deep.equal([]);
    });
  }

  it('invalid-line is refused in an environment file, and its correction is accepted', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-codes-'));
    const path = join(directory, '.env');
    try {
      writeFileSync(path, CONFIG_CODES['invalid-line'].wrong);
      expect(() => environmentFromFile(path, {})).to.throw('expected NAME=value');
      writeFileSync(path, CONFIG_CODES['invalid-line'].right);
      expect(environmentFromFile(path, {})).to.deep.equal({ POSTHOG_API_KEY: 'phc_…' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
