import type { MappingContext, StreamMapper } from '@sluice/core/config';
import { SecretRedactor } from '@sluice/core/service';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import type { FieldValue, Row } from '@sluice/core/source';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import {
  catalogueMarkdown,
  compareMappingFiles,
  createYamlMappingLanguage,
  describeMapping,
  EVENT_KEYS,
  FRAGMENT_KEYS,
  lintMapping,
  MAPPING_KEYS,
  PARAM_KEYS,
  SINK_BLOCK_KEYS,
  testMapping,
  VALUE_KEY_DOCS,
} from '@sluice/yaml-mapper';
import { aFieldValue } from './a-field-value.js';
import { anExpression, changedExpression } from './an-expression.js';
import { changedYaml, materialOf } from './changed-yaml.js';
import { checkNoSecret, checkProblems } from './check-problems.js';
import { BASE, MAPPINGS, RICH, SHARED, SMALL_BASE, TESTS } from './config-samples.js';
import { choicesFrom, type Choices, type FuzzTarget } from './fuzz-target.js';
import { hostileValue } from './hostile-value.js';
import { KEPT_MAPPINGS } from './kept-inputs.js';
import { mutatedText } from './mutated-text.js';
import { withinASecond } from './within-a-second.js';
import { readYaml, writeYaml, type YamlValue } from './yaml-value.js';

const SINKS = [
  posthogSink,
  jsonlSink,
  { type: 'mixpanel', eventSchema: { fields: STANDARD_FIELDS, identity: [{ field: 'event' }, { field: 'uuid' }] } },
];
const STRUCTURE = [
  ...[MAPPING_KEYS, EVENT_KEYS, FRAGMENT_KEYS, SINK_BLOCK_KEYS, PARAM_KEYS, VALUE_KEY_DOCS].flatMap((keys) =>
    Object.keys(keys),
  ),
  'uuid',
  'distinct_id',
  'timestamp',
  'set',
  'properties',
  'time',
  'user',
  'session',
  'groups',
  'posthog',
  'mixpanel',
  'any',
];
const SALT = 'Zq7xVw93Kj';

interface Files {
  readonly mapping: string;
  readonly base: string;
  readonly tests: string | undefined;
}

/**
 * Loading never throws, and a mapping without errors maps any record. Two of three inputs are YAML, so that they reach what
 * lies behind the parser; the others are texts that are nearly YAML.
 */
export const mappings: FuzzTarget = {
  doc: 'mapping files that are nearly right',
  start: () => {
    const samples = MAPPINGS.map(readYaml);
    const rich = [readYaml(RICH)];
    const bases = [BASE, SHARED, SMALL_BASE].map(readYaml);
    const tests = TESTS.map(readYaml);
    const material = materialOf([...samples, ...tests], STRUCTURE, aScalar);
    const changed = (from: readonly YamlValue[], choices: Choices): string => {
      let value = choices.of(from);
      for (let count = choices.below(5) + 1; count > 0; count -= 1) value = changedYaml(value, material, choices);
      return writeYaml(value, choices);
    };
    return Promise.resolve({
      attempt: (seed) => {
        const choices = choicesFrom(seed);
        const files: Files = {
          mapping: choices.once(3)
            ? mutatedText(MAPPINGS, choices)
            : changed(choices.once(4) ? rich : samples, choices),
          base: choices.once(20) ? changed(bases, choices) : choices.once(4) ? BASE : SMALL_BASE,
          tests: choices.once(40) ? changed(tests, choices) : undefined,
        };
        return withinASecond(files, () => tried(files, choicesFrom(seed + 1)));
      },
      kept: KEPT_MAPPINGS.map((mapping) => () => {
        const files: Files = { mapping, base: BASE, tests: undefined };
        return withinASecond(files, () => tried(files, choicesFrom(1)));
      }),
      close: () => Promise.resolve(),
    });
  },
};

function aScalar(choices: Choices, former: string | undefined): string {
  if (former !== undefined && choices.once(2)) return changedExpression(former, choices);
  const expression = anExpression(choices);
  return choices.once(4) ? expression : JSON.stringify(expression);
}

function tried(files: Files, choices: Choices): void {
  const redactor = new SecretRedactor();
  const texts: Readonly<Record<string, string | undefined>> = {
    '/m/m.yaml': files.mapping,
    '/m/base.yaml': files.base,
    '/m/langfuse.yaml': SHARED,
    '/m/m.test.yaml': files.tests,
  };
  // A parameter of another type may leave.
  const hasSalt = /salt:\s*\{?\s*type:\s*secret\b/u.test(files.mapping);
  const context: MappingContext = {
    streamsOf: (type) => (type === 'langfuse-postgres' ? langfusePostgresSource.streams : undefined),
    eventSchemaOf: (type) => SINKS.find((sink) => sink.type === type)?.eventSchema,
    knownSources: ['langfuse-postgres'],
    knownSinks: SINKS.map(({ type }) => type),
    redactor,
    readFile: (path) => {
      const text = texts[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    // As in a pipeline, and as when it is linted alone.
    ...(choices.once(4) && { sourceType: 'langfuse-postgres', sinkType: choices.of(SINKS).type }),
    ...(choices.once(2) && { params: { langfuseUrl: 'https://langfuse.example.com', ...(hasSalt && { salt: SALT }) } }),
  };
  const { problems, mapper } = createYamlMappingLanguage().load({ file: '/m/m.yaml' }, context);
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (hasErrors === (mapper !== undefined)) throw new Error('a mapping has errors, or a mapper');
  checkProblems(problems, [SALT]);
  for (const stream of mapper?.streams ?? []) {
    for (const value of [() => null, () => hostileValue(choices) as FieldValue]) stream.map(stream.fields.map(value));
    const schema = langfusePostgresSource.streams.find(({ name }) => name === stream.stream)?.fields ?? {};
    triedRow(
      stream,
      stream.fields.map(({ field, path = [] }) => {
        const known = schema[field] ?? { type: 'json', nullable: true };
        return aFieldValue(path.length > 0 ? { type: 'json', nullable: true } : known, choices);
      }),
    );
  }
  if (files.tests !== undefined || (mapper !== undefined && choices.once(40))) triedByCommands(context);
}

/** A record as its source may deliver it: mapping it is no surprise, and twice the same. */
function triedRow(stream: StreamMapper, row: Row): void {
  const result = stream.map(row);
  const written = JSON.stringify(result);
  checkNoSecret(written, [SALT]);
  if (JSON.stringify(stream.map(row)) !== written) throw new Error('one record, two results');
  if (result.kind === 'failed' && /\bis not\b|Cannot|malformed|Invalid|undefined|call stack/u.test(result.reason))
    throw new Error(`the mapping throws: ${result.reason}`);
}

/** What `sluice lint`, `test`, `docs` and `diff` make of the files. */
function triedByCommands(context: MappingContext): void {
  const { params: _, ...alone } = context;
  checkProblems(lintMapping('/m/m.yaml', alone), [SALT]);
  const { problems, results } = testMapping('/m/m.yaml', alone);
  checkProblems(problems, [SALT]);
  JSON.stringify(results.map(({ result, verdict }) => ({ result, verdict })));
  const { catalogue } = describeMapping('/m/m.yaml', alone);
  if (catalogue !== undefined) catalogueMarkdown(catalogue);
  const { compared } = compareMappingFiles('/m/m.yaml', '/m/m.yaml', context);
  if (compared !== undefined && compared.difference.events.length > 0) throw new Error('it differs from itself');
}
