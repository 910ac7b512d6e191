import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { SecretRedactor } from '@sluice/core/service';
import type { FieldValue } from '@sluice/core/source';
import { posthogSink } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { BASE, RICH, SHARED } from './config-samples.js';
import { choicesFrom, type FuzzTarget } from './fuzz-target.js';
import { hostileValue } from './hostile-value.js';
import { withinASecond } from './within-a-second.js';

/** Whatever a source delivers, a record is mapped, filtered or failed, and its events are JSON. */
export const records: FuzzTarget = {
  doc: 'hostile records through a compiled mapping',
  start: () => {
    const { mapper, problems } = createYamlMappingLanguage().load(
      { file: '/m/m.yaml' },
      {
        params: { langfuseUrl: 'https://langfuse.example.com', salt: 'a salt for the tests' },
        streamsOf: () => langfusePostgresSource.streams,
        eventSchemaOf: () => posthogSink.eventSchema,
        knownSources: ['langfuse-postgres'],
        knownSinks: ['posthog'],
        redactor: new SecretRedactor(),
        readFile: (path) => (path === '/m/m.yaml' ? RICH : path === '/m/langfuse.yaml' ? SHARED : BASE),
      },
    );
    if (mapper === undefined) return Promise.reject(new Error(JSON.stringify(problems)));
    return Promise.resolve({
      attempt: (seed) => {
        const choices = choicesFrom(seed);
        const stream = choices.of(mapper.streams);
        const row = stream.fields.map(() => hostileValue(choices) as FieldValue);
        return withinASecond(`record ${seed} of ${stream.stream}`, () => {
          const result = stream.map(row);
          if (result.kind === 'events') JSON.stringify(result.events);
        });
      },
      close: () => Promise.resolve(),
    });
  },
};
