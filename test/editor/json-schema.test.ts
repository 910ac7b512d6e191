import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { ROOT, sluice } from '../docs/sluice-command.js';
import { expectWritten } from '../docs/written-page.js';

/** The shipped schemas, with the arguments that generate them. */
const SHIPPED: Readonly<Record<string, readonly string[]>> = {
  'langfuse-posthog.json': ['mapping', '--source', 'langfuse-postgres', '--sink', 'posthog'],
  'langfuse.json': ['mapping', '--source', 'langfuse-postgres'],
  'langfuse-tests.json': ['tests', '--source', 'langfuse-postgres'],
  'langfuse-to-posthog.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'posthog'],
  'langfuse-v3-to-posthog.json': ['pipeline', '--source', 'langfuse-clickhouse', '--sink', 'posthog'],
  'postgres-streams.json': ['streams', '--source', 'postgres'],
  'jsonl-streams.json': ['streams', '--source', 'jsonl'],
  'postgres-to-posthog.json': ['pipeline', '--source', 'postgres', '--sink', 'posthog'],
  'jsonl-to-posthog.json': ['pipeline', '--source', 'jsonl', '--sink', 'posthog'],
  'litellm-posthog.json': ['mapping', '--source', 'configs/litellm.schema.yaml', '--sink', 'posthog'],
  'litellm-tests.json': ['tests', '--source', 'configs/litellm.schema.yaml'],
  'open-webui-posthog.json': ['mapping', '--source', 'configs/open-webui.schema.yaml', '--sink', 'posthog'],
  'open-webui-tests.json': ['tests', '--source', 'configs/open-webui.schema.yaml'],
  'visits-posthog.json': ['mapping', '--source', 'configs/visits.schema.yaml', '--sink', 'posthog'],
  'visits-tests.json': ['tests', '--source', 'configs/visits.schema.yaml'],
  'langfuse-to-jsonl.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'jsonl'],
  'langfuse-to-mixpanel.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'mixpanel'],
  'langfuse-to-object-storage.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'object-storage'],
  'langfuse-to-postgres.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'postgres'],
  'langfuse-to-segment.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'segment'],
  'langfuse-to-webhook.json': ['pipeline', '--source', 'langfuse-postgres', '--sink', 'webhook'],
  'langfuse-to-several.json': ['pipeline', '--source', 'langfuse-postgres'],
};
const FILES = ['configs', 'configs/mappings'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name)),
);

const validators = new Map<string, ValidateFunction>();

function validator(...args: readonly string[]): ValidateFunction {
  const key = args.join(' ');
  const known = validators.get(key);
  if (known !== undefined) return known;
  const { status, stdout } = sluice(['schema', ...args]);
  expect(status).to.equal(0);
  const made = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    code: { optimize: false },
    inlineRefs: false,
  }).compile(JSON.parse(stdout) as object);
  validators.set(key, made);
  return made;
}

function expectGood(validate: ValidateFunction, value: unknown): void {
  expect(validate(value), JSON.stringify(validate.errors, undefined, 1)).to.equal(true);
}

function mapping(): ValidateFunction {
  return validator(...(SHIPPED['langfuse-posthog.json'] ?? []));
}

function pipeline(): ValidateFunction {
  return validator(...(SHIPPED['langfuse-to-posthog.json'] ?? []));
}

const EVENT = `
sluice: 1
source: langfuse-postgres
sink: posthog
events:
  - event: e
    from: trace
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
    distinct_id: event.uuid
    timestamp: timestamp
    properties:
      x: name
`;
const GOOD_MAPPINGS: readonly string[] = [
  EVENT,
  'sluice: 1\nextends: base.yaml',
  `${EVENT}      y: 5\n      z: null\n      t: true`,
  `${EVENT}      y: { value: latency, unit: s, when: public, omitNull: true, doc: How long. }`,
  `${EVENT}      y: { value: name, enum: { a: 1, b: 2 }, else: 3 }`,
  `${EVENT}      y: { const: [a, b] }`,
  `${EVENT}      when: { url: "https://example.com/{id}" }`,
  `${EVENT}    include: [common]\n    when: public\n    each: tags\nshared: { common: { set: { a: name } } }`,
  `${EVENT}    session: name\n    sinks: { posthog: { event: f, omit: true, remove: [set], distinct_id: id }, acme: { own: id } }`,
  EVENT.replace('sink: posthog', 'sink: any').replace('distinct_id: event.uuid', 'user: name'),
  EVENT.replace('sink: posthog', 'sink: [mixpanel, posthog]'),
  `${EVENT}params: { base: { type: url, doc: Where. }, level: { type: text, default: x } }`,
  `${EVENT}identity: { accepts: [timestamp], because: tested }\npersonalData: { allows: [], because: tested }`,
  `${EVENT}personalData: { forbids: [trace.user_id, "trace.metadata['e-mail']"], because: tested }`,
  `${EVENT}tests:\n  - { name: a, from: trace, given: { id: x, trace: { name: n } }, expect: [{ event: e }] }`,
];
const BAD_MAPPINGS: Readonly<Record<string, string>> = {
  'without its version': EVENT.replace('sluice: 1', ''),
  'of an unsupported version': EVENT.replace('sluice: 1', 'sluice: 2'),
  'without events': 'sluice: 1\nsource: langfuse-postgres\nsink: posthog',
  'with an empty list of events': 'sluice: 1\nsource: langfuse-postgres\nsink: posthog\nevents: []',
  'for another source': EVENT.replace('langfuse-postgres', 'langfuse-postgre'),
  'for another sink': EVENT.replace('sink: posthog', 'sink: posthoc'),
  'with a misspelt sink in a list': EVENT.replace('sink: posthog', 'sink: [posthoc]'),
  'with a value that is no name under a sink': `${EVENT}    sinks: { posthog: { event: 5 } }`,
  'with a misspelt key': EVENT.replace('events:', 'event:'),
  'with a misspelt stream': EVENT.replace('from: trace', 'from: traces'),
  'with an event without a name': EVENT.replace('event: e', 'doc: e'),
  'with an unknown field': EVENT.replace('distinct_id', 'distinctId'),
  'with a list as a value': EVENT.replace('x: name', 'x: [name]'),
  'with a misspelt directive': EVENT.replace('x: name', 'x: { valu: name }'),
  'with two directives': EVENT.replace('x: name', 'x: { value: name, const: 1 }'),
  'with an alternative to no table': EVENT.replace('x: name', 'x: { value: name, else: 1 }'),
  'with an unknown unit': EVENT.replace('x: name', 'x: { value: latency, unit: sec }'),
  'with properties that are a list': EVENT.replace('      x: name', '      - name'),
  'with a parameter without a type': `${EVENT}params: { a: {} }`,
  'with a parameter of an unknown type': `${EVENT}params: { a: { type: texts } }`,
  'with a permission without a reason': `${EVENT}personalData: { allows: [name] }`,
  'with forbidden data that is no list': `${EVENT}personalData: { forbids: trace.user_id, because: tested }`,
  'with two expectations': `${EVENT}tests: [{ name: a, filtered: true, expect: [] }]`,
  'with a test of another stream': `${EVENT}tests: [{ name: a, from: traces }]`,
};

const PIPELINE = parse(readFileSync(join(ROOT, 'configs/langfuse-to-posthog.yaml'), 'utf8')) as Record<string, unknown>;
const GOOD_PIPELINES: readonly string[] = [
  'start: 2026-01-31',
  'start: now',
  'settle: ${SETTLE}',
  'schedule: { every: 15m }',
  'delivery: { maxEvents: 100, maxBytes: 1MiB, maxEventsPerSecond: unlimited, maxDeadLetterShare: 1% }',
  "delivery: { maxEvents: '${MOST}' }",
  "sink: { use: posthog, with: { apiKey: '${KEY}', gzip: '${GZIP:-true}', protocol: v1, requestTimeout: 30s } }",
  'state: { use: file, with: }',
  'state: { use: "@acme/sluice-state", with: { anything: 1 } }',
  'mapping: { extends: mappings/langfuse-posthog.yaml, events: [{ event: langfuse trace, remove: [properties.x] }] }',
];
const BAD_PIPELINES: Readonly<Record<string, string>> = {
  'with a misspelt key': 'setle: 30m',
  'with a duration without a unit': 'settle: 30',
  'with an unknown unit of time': 'settle: 30 minutes',
  'with an invalid start': 'start: yesterday',
  'with two schedules': "schedule: { cron: '* * * * *', every: 15m }",
  'with an invalid name': 'pipeline: My Pipeline',
  'with another source': "source: { use: posthog, with: { url: '${URL}' } }",
  'with a missing option of the source': 'source: { use: langfuse-postgres }',
  'with an unknown option of the sink': "sink: { use: posthog, with: { apiKey: '${KEY}', key: x } }",
  'with an invalid value of an option': "sink: { use: posthog, with: { apiKey: '${KEY}', protocol: v2 } }",
  'with an unknown option of the state store': 'state: { use: file, with: { folder: x } }',
  'with an invalid share': 'delivery: { maxDeadLetterShare: 5 }',
  'with a number below its minimum': 'delivery: { maxEvents: 0 }',
  'with a mistake in its mapping': 'mapping: { extends: a.yaml, events: [{ event: e, from: traces }] }',
};

describe('the editor’s JSON Schema', function () {
  this.timeout(60_000);

  for (const [name, args] of Object.entries(SHIPPED)) {
    it(`matches configs/schema/${name}`, () => {
      expectWritten(join('configs/schema', name), sluice(['schema', ...args]).stdout);
    });
  }

  for (const file of FILES) {
    it(`is referenced by ${file}, which is valid`, () => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const [, path = ''] = /^# yaml-language-server: \$schema=(.+)\n/u.exec(text) ?? [];
      const shipped = resolve(ROOT, dirname(file), path);
      const args = Object.entries(SHIPPED).find(([name]) => join(ROOT, 'configs/schema', name) === shipped)?.[1];
      expect(args, `${path} is a shipped schema`).not.to.equal(undefined);
      expectGood(validator(...(args ?? [])), parse(text));
      // The schema of schema files is always that of one source.
      if (args?.[0] !== 'streams') expectGood(validator(args?.[0] ?? ''), parse(text));
    });
  }

  for (const text of GOOD_MAPPINGS) {
    it(`accepts the mapping ${JSON.stringify(text.replace(EVENT, '… '))}`, () => {
      expectGood(mapping(), parse(text));
      expectGood(validator('mapping'), parse(text));
    });
  }

  for (const [what, text] of Object.entries(BAD_MAPPINGS)) {
    it(`rejects a mapping ${what}`, () => {
      expect(mapping()(parse(text))).to.equal(false);
    });
  }

  for (const text of GOOD_PIPELINES) {
    it(`accepts a pipeline with ${text}`, () => {
      expectGood(pipeline(), { ...PIPELINE, ...(parse(text) as object) });
      expectGood(validator('pipeline'), { ...PIPELINE, ...(parse(text) as object) });
    });
  }

  for (const [what, text] of Object.entries(BAD_PIPELINES)) {
    it(`rejects a pipeline ${what}`, () => {
      expect(pipeline()({ ...PIPELINE, ...(parse(text) as object) }), stringify(parse(text))).to.equal(false);
    });
  }

  it('completes the documented fields of the stream, and documents every function', () => {
    const schema = JSON.parse(sluice(['schema', ...(SHIPPED['langfuse-posthog.json'] ?? [])]).stdout) as {
      definitions: Record<string, { description: string; anyOf: { const?: string; description?: string }[] }>;
    };
    const offered = schema.definitions['expression-generation']?.anyOf ?? [];
    expect(offered.find((each) => each.const === 'time_to_first_token')?.description).to.match(
      /number in s, can be null/u,
    );
    expect(offered.map((each) => each.const)).not.to.include('observation_count');
    expect(schema.definitions['expression']?.description).to.include('`pseudonym(value: text, salt: text) → text`');
  });

  it('is not generated for an unknown source or sink', () => {
    const { status, stderr } = sluice(['schema', '--sink', 'posthogg']);
    expect(status).to.equal(2);
    expect(stderr).to.include('did you mean `posthog`?');
  });
});
