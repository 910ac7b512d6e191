import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, loadPipelineFile } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { objectStorageSink } from '@sluice/object-storage-sink';
import { anAdapterContext } from '@sluice/testkit';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';

const CONFIGS = fileURLToPath(new URL('../../../configs', import.meta.url));

function load(name: string) {
  const readFile = (path: string) => readFileSync(path, 'utf8');
  return loadPipelineFile(readDocument(join(CONFIGS, name), readFile), {
    redactor: new SecretRedactor(),
    environment: {
      LANGFUSE_DATABASE_URL: 'postgres://u:p@h/d',
      LANGFUSE_URL: 'https://langfuse.example.com',
      EVENTS_BUCKET: 'my-events',
    },
    sources: createRegistry([langfusePostgresSource]),
    sinks: createRegistry([objectStorageSink]),
    stateStores: createRegistry([fileStateStore]),
    schedulers: createRegistry([]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
  });
}

describe('the pipeline files of the object storage sink', () => {
  for (const name of ['langfuse-to-object-storage.yaml', 'langfuse-to-files.yaml']) {
    it(`${name} has no problem, and Parquet columns for its events`, () => {
      const { pipeline, problems } = load(name);
      expect(problems).to.deep.equal([]);
      const context = anAdapterContext({
        events: pipeline?.mapper.events ?? [],
        environment: { AWS_REGION: 'eu-west-1' },
      });
      const sink = objectStorageSink.create(objectStorageSink.config.parse({ path: 'events' }), context);
      const encoding = sink.encode({ event: 'langfuse trace', uuid: 'u', time: '2026-01-15T09:00:00.000Z' });
      const events = encoding.kind === 'encoded' ? [encoding.event] : [];
      const [request] = sink.assemble(events, { now: 0, backfill: false, pipeline: 'p', stream: 'trace' }).requests;
      const { body, target } = sink.describe(request ?? { events: [] });
      expect(target).to.include('/dt=2026-01-15/');
      expect(Object.keys(Object(Array.isArray(body) ? body[0] : {}))).to.include.members([
        'event',
        'uuid',
        'time',
        'user',
        'session',
        'timestamp',
        'langfuse_tags',
        'langfuse_cost_usd',
        'langfuse_score_value',
        'extra',
        'exported_at',
      ]);
    });
  }
});
