import { posthogSink } from '@sluice/posthog-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { SecretRedactor } from '@sluice/core/service';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { BASE, MAPPINGS } from './config-samples.js';
import { choicesFrom, type FuzzTarget } from './fuzz-target.js';
import { mutatedText } from './mutated-text.js';
import { withinASecond } from './within-a-second.js';

/** Loading never throws, and a mapping without errors maps an empty record. */
export const mappings: FuzzTarget = {
  doc: 'mapping files that are nearly right',
  start: () =>
    Promise.resolve({
      attempt: (seed) => {
        const text = mutatedText(MAPPINGS, choicesFrom(seed));
        return withinASecond(text, () => loadMapping(text));
      },
      close: () => Promise.resolve(),
    }),
};

function loadMapping(text: string): void {
  const { problems, mapper } = createYamlMappingLanguage().load(
    { file: '/m/m.yaml' },
    {
      streamsOf: (type) => (type === 'langfuse-postgres' ? langfusePostgresSource.streams : undefined),
      eventSchemaOf: (type) => (type === 'posthog' ? posthogSink.eventSchema : undefined),
      knownSources: ['langfuse-postgres'],
      knownSinks: ['posthog'],
      redactor: new SecretRedactor(),
      readFile: (path) => {
        if (path === '/m/m.yaml') return text;
        if (path === '/m/base.yaml') return BASE;
        throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      },
    },
  );
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (hasErrors === (mapper !== undefined)) throw new Error('a mapping has errors, or a mapper');
  for (const { message, help, line, column } of problems) {
    if (help === undefined || help === '' || message === '') throw new Error('a problem without advice');
    if (!(line >= 1 && column >= 1)) throw new Error('a problem without a place');
  }
  for (const stream of mapper?.streams ?? []) stream.map(stream.fields.map(() => null));
}
