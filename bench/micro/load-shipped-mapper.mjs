import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { langfuseStreams } from '@sluice/langfuse-postgres-source';
import { posthogEventSchema } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { REPOSITORY } from '../throughput/sluice-command.mjs';

/** The mapping that ships, as a run loads it. */
export function loadShippedMapper() {
  const file = join(REPOSITORY, 'configs/mappings/langfuse-posthog.yaml');
  const { mapper, problems } = createYamlMappingLanguage().load(
    { file, path: [] },
    {
      params: { langfuseUrl: 'https://langfuse.example.com' },
      streamsOf: () => langfuseStreams,
      eventSchemaOf: () => posthogEventSchema,
      knownSources: [],
      knownSinks: [],
      redactor: { add: () => undefined },
      readFile: (path) => readFileSync(path, 'utf8'),
    },
  );
  if (mapper === undefined) throw new Error(JSON.stringify(problems, null, 1));
  return mapper;
}
