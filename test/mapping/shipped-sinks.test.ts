import { createRegistry, loadPipelineFile } from '@sluice/core/config';
import { decodeText, readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { postgresSink } from '@sluice/postgres-sink';
import { segmentSink } from '@sluice/segment-sink';
import { webhookSink } from '@sluice/webhook-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../docs/sluice-command.js';

const ENVIRONMENT = {
  LANGFUSE_DATABASE_URL: 'postgres://u:p@db.example.com/langfuse',
  LANGFUSE_URL: 'https://langfuse.example.com',
  EVENTS_DATABASE_URL: 'postgres://u:p@db.example.com/analytics',
  WEBHOOK_URL: 'https://hooks.example.com/events',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
  SEGMENT_WRITE_KEY: 'key',
};

describe('the pipelines that ship for a table, a webhook and Segment', () => {
  for (const name of ['postgres', 'webhook', 'segment']) {
    it(`langfuse-to-${name} have no problem, and make three events of standard fields`, () => {
      const readFile = (path: string) => decodeText(readFileSync(path));
      const { pipeline, problems } = loadPipelineFile(
        readDocument(join(ROOT, 'configs', `langfuse-to-${name}.yaml`), readFile),
        {
          redactor: new SecretRedactor(),
          environment: ENVIRONMENT,
          sources: createRegistry([langfusePostgresSource]),
          sinks: createRegistry([postgresSink, webhookSink, segmentSink]),
          stateStores: createRegistry([fileStateStore]),
          schedulers: createRegistry([]),
          mappingLanguage: createYamlMappingLanguage(),
          readFile,
        },
      );
      expect(problems).to.deep.equal([]);
      const events = pipeline?.mapper.events ?? [];
      expect(events.map(({ event }) => event)).to.have.members([
        'langfuse trace',
        'langfuse generation',
        'langfuse score',
      ]);
      for (const { fields } of events) expect(fields).to.include.keys('uuid', 'time', 'user', 'properties');
    });
  }
});
