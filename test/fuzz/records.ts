import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { SecretRedactor } from '@sluice/core/service';
import { ExactNumber, type FieldValue } from '@sluice/core/source';
import { posthogSink } from '@sluice/posthog-sink';
import { createYamlMappingLanguage, FUNCTIONS } from '@sluice/yaml-mapper';
import { BASE } from './config-samples.js';
import { choicesFrom, type Choices, type FuzzTarget } from './fuzz-target.js';
import { withinASecond } from './within-a-second.js';

/** Every function, and values taken whole, over the fields of a trace. */
const EXTRA = `sluice: 1
extends: base.yaml
params: { salt: { type: secret } }
events:
  - event: langfuse trace
    each: tags
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', concat(project_id, '-', id, item))
    properties:
      whole: trace.metadata
      exact: text(trace.metadata.id)
      sum: number(trace.metadata.id) + round(latency, 2) / total_cost
      is_same: trace.metadata.a == trace.metadata.b
      part: substring(name, 1, 3)
      cents: convert(total_cost, 'cents')
      level: { value: trace.metadata.level, enum: { a: 1 }, else: 2 }
      who: pseudonym(trace.user_id, salt)
      seconds: secondsBetween(timestamp, updated_at)
${[...FUNCTIONS.keys()]
  .filter((name) => ['lower', 'upper', 'trim', 'length'].includes(name))
  .map((name) => `      f_${name}: ${name}(name)\n`)
  .join('')}`;

const SCALARS: readonly unknown[] = [
  null,
  true,
  '',
  'a',
  '__proto__',
  '\uD800',
  '\u0000',
  '😀'.repeat(1000),
  0,
  -0,
  1.005,
  1e21,
  1e-9,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  8.64e15,
  -1,
  9007199254740993n,
  Symbol('s'),
  new Date(0),
  () => 1,
  new ExactNumber('9007199254740993'),
];

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
        readFile: (path) => (path === '/m/m.yaml' ? EXTRA : BASE),
      },
    );
    if (mapper === undefined) return Promise.reject(new Error(JSON.stringify(problems)));
    return Promise.resolve({
      attempt: (seed) => {
        const choices = choicesFrom(seed);
        const stream = choices.of(mapper.streams);
        const row = stream.fields.map(() => hostileValue(choices, 0) as FieldValue);
        return withinASecond(`record ${seed} of ${stream.stream}`, () => {
          const result = stream.map(row);
          if (result.kind === 'events') JSON.stringify(result.events);
        });
      },
      close: () => Promise.resolve(),
    });
  },
};

function hostileValue(choices: Choices, depth: number): unknown {
  if (depth > 4 || choices.below(3) > 0) return choices.of(SCALARS);
  const length = choices.below(5);
  const parts = Array.from({ length }, () => hostileValue(choices, depth + 1));
  if (choices.once(2)) return parts;
  return Object.fromEntries(
    parts.map((part, index) => [choices.of(['id', 'a', 'b', '__proto__', 'toJSON', `k${index}`]), part]),
  );
}
