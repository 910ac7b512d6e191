import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRegistry, loadPipelineFile, type Problem } from '@sluice/core/config';
import { decodeText, readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { fileStateStore } from '@sluice/file-state';
import { jsonlSink } from '@sluice/jsonl-sink';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';

const MAPPINGS = fileURLToPath(new URL('../../../configs/mappings/', import.meta.url));
const PIPELINE = fileURLToPath(new URL('../../../configs/p.yaml', import.meta.url));

const HEAD =
  'sluice: 1\npipeline: p\nmapping: mappings/langfuse-posthog.yaml\nparams: { langfuseUrl: https://l.example }\n';
const SOURCE = 'source: { use: langfuse-postgres, with: { url: "${DB}" } }\n';
const SINK = 'sink: { use: jsonl, with: { path: out.jsonl } }\n';

const DATABASE = 'postgres://reader:secret@db.example.com:5432/langfuse';

function problemsOf(
  text: string | Uint8Array,
  environment: Readonly<Record<string, string>> = { DB: DATABASE, KEY: 'phc_example' },
): readonly Problem[] {
  const readFile = (path: string) => {
    if (path !== PIPELINE) return readFileSync(path, 'utf8');
    return typeof text === 'string' ? text : decodeText(text);
  };
  return loadPipelineFile(readDocument(PIPELINE, readFile), {
    environment,
    sources: createRegistry([langfusePostgresSource]),
    sinks: createRegistry([posthogSink, { ...jsonlSink, repeats: () => ({ effect: 'replace' as const }) }]),
    stateStores: createRegistry([fileStateStore]),
    schedulers: createRegistry([]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
    redactor: new SecretRedactor(),
  }).problems;
}

/** An overlay of the shipped mapping with these lines in the properties of its first event. */
function overlay(lines: string): string {
  return `sluice: 1\nextends: ${MAPPINGS}langfuse-posthog.yaml\nevents:\n  - event: langfuse trace\n    properties:\n${lines.replaceAll(/^/gmu, '      ')}\n`;
}

function mappingProblems(text: string): readonly Problem[] {
  const readFile = (path: string) => (path === '/m/m.yaml' ? text : readFileSync(path, 'utf8'));
  return createYamlMappingLanguage().load(
    { file: '/m/m.yaml' },
    {
      streamsOf: () => langfusePostgresSource.streams,
      eventSchemaOf: () => posthogSink.eventSchema,
      knownSources: ['langfuse-postgres'],
      knownSinks: ['posthog'],
      readFile,
      redactor: new SecretRedactor(),
    },
  ).problems;
}

/** What is wrong, what the one problem advises, and the same part as the advice has it. */
type Case = readonly [wrong: string, advice: string, right: string];

/** A pipeline file whose mapping stands in it, with a value of an event. */
function inPlace(value: string, declared = '', given = ''): string {
  const event = `  events:\n    - event: langfuse trace\n      properties:\n        company: ${value}\n`;
  const mapping = `mapping:\n  extends: mappings/langfuse-posthog.yaml\n${declared}${event}`;
  return `sluice: 1\npipeline: p\n${SOURCE}${SINK}${mapping}params:\n  langfuseUrl: https://l.example\n${given}`;
}

const WITH_PARAM = inPlace('company', '  params: { company: { type: text } }\n', '  company: ${KEY}\n');

const PIPELINES: readonly Case[] = [
  // A variable without quotes in a flow map or list.
  [
    `${HEAD}source: { use: langfuse-postgres, with: { url: \${DB}, projects: all } }\n${SINK}`,
    'write `url: "${DB}"`',
    `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: all } }\n${SINK}`,
  ],
  [
    `${HEAD}source:\n  use: langfuse-postgres\n  with: { url: "\${DB}", projects: [\${KEY}] }\n${SINK}`,
    'write "${KEY}"',
    `${HEAD}source:\n  use: langfuse-postgres\n  with: { url: "\${DB}", projects: ["\${KEY}"] }\n${SINK}`,
  ],
  [
    `${HEAD}${SOURCE}sink: { use: posthog, with: { apiKey: \${KEY:-phc_x} } }\n`,
    'write the whole value, with its variable, in quotes: "…"',
    `${HEAD}${SOURCE}sink: { use: posthog, with: { apiKey: "\${KEY:-phc_x}" } }\n`,
  ],
  [
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: out-\${KEY}.jsonl } }\n`,
    'write the whole value, with its variable, in quotes: "…"',
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: "out-\${KEY}.jsonl" } }\n`,
  ],
  // A value of another kind than the one that is wanted.
  [
    `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: [123] } }\n${SINK}`,
    "write '123' in quotes",
    `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: ['123'] } }\n${SINK}`,
  ],
  [
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: true } }\n`,
    "quote it: 'true'",
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: 'true' } }\n`,
  ],
  [
    `${HEAD.replace('pipeline: p', 'pipeline: 7')}${SOURCE}${SINK}`,
    "quote it: '7'",
    `${HEAD.replace('pipeline: p', "pipeline: '7'")}${SOURCE}${SINK}`,
  ],
  [`${HEAD}${SOURCE}${SINK}settle: 30\n`, 'for example 30m, 24h or 1d', `${HEAD}${SOURCE}${SINK}settle: 30m\n`],
  [
    `${HEAD}${SOURCE}${SINK}delivery: { maxEvents: '1_000' }\n`,
    'write 1000, without quotes and underscores',
    `${HEAD}${SOURCE}${SINK}delivery: { maxEvents: 1000 }\n`,
  ],
  [
    `${HEAD}${SOURCE}${SINK}delivery: { maxEvents: 0100 }\n`,
    "for a number, write 100; for a text, '0100', or { const: '0100' } in place of an expression",
    `${HEAD}${SOURCE}${SINK}delivery: { maxEvents: 100 }\n`,
  ],
  // Habits of YAML 1.1.
  [
    `${HEAD}source: { use: langfuse-postgres, with: { url: !!str "\${DB}" } }\n${SINK}`,
    'remove the tag: the form of a value says what it is, and quotes make it a text',
    `${HEAD}${SOURCE}${SINK}`,
  ],
  [
    `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: !!set { a } } }\n${SINK}`,
    'remove the tag, and write a list: [a, b]',
    `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: [a, b] } }\n${SINK}`,
  ],
  [
    `${HEAD}${SOURCE}${SINK}delivery: &d { maxEvents: 5 }\ndeadLetters: { <<: *d }\n`,
    'in a mapping, use `shared` and `include`; in other files, write the keys out',
    `${HEAD}${SOURCE}${SINK}delivery: &d { maxEvents: 5 }\ndeadLetters: { personalData: omit }\n`,
  ],
  // A variable in a key.
  [
    `${HEAD}${SOURCE}${SINK}\${KEY}: x\n`,
    'a variable can only stand in a value, not in a key',
    `${HEAD}${SOURCE}${SINK}`,
  ],
  // A variable in a mapping.
  ...["{ const: '${KEY}' }", '"concat(\'${KEY}\', name)"', '{ value: name, enum: { a: "${KEY}" } }'].map(
    (value): Case => [
      inPlace(value),
      'declare a parameter under `params` of the mapping, write the variable under `params` of the pipeline, and use the name of the parameter',
      WITH_PARAM,
    ],
  ),
  [
    inPlace('${KEY}'),
    'a mapping has no variables: declare a parameter under `params`, and give its value under `params` of the pipeline file',
    WITH_PARAM,
  ],
  // Half of a character.
  [
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: "\\ud800" } }\n`,
    'write the whole character',
    `${HEAD}${SOURCE}sink: { use: jsonl, with: { path: "\\u00f6" } }\n`,
  ],
];

const PROJECTS = (projects: string): string =>
  `${HEAD}source: { use: langfuse-postgres, with: { url: "\${DB}", projects: ${projects} } }\n${SINK}`;

const LISTS: readonly Case[] = [
  [PROJECTS('[all]'), 'write projects: all', PROJECTS('all')],
  [PROJECTS('ALL'), 'write projects: all', PROJECTS('all')],
  [PROJECTS('"a, b"'), "write all, or a list such as ['a', 'b']", PROJECTS("['a', 'b']")],
  [PROJECTS('[]'), 'write all, or a list of project ids', PROJECTS('[a]')],
];

/** The url of the database: what is wrong with the value, what the problem advises, and the value as the advice has it. */
const URLS: readonly Case[] = [
  [DATABASE.replace('secret', 'p/w'), 'percent-encode them', DATABASE.replace('secret', 'p%2Fw')],
  [DATABASE.replace('secret', '47?11'), 'percent-encode them', DATABASE.replace('secret', '47%3F11')],
  [DATABASE.replace('secret', '47#11'), 'percent-encode them', DATABASE.replace('secret', '47%2311')],
  [DATABASE.replace('secret', 'p%w'), 'write % as %25', DATABASE.replace('secret', 'p%25w')],
  [`${DATABASE}#x`, 'percent-encode it as %23', `${DATABASE}%23x`],
  [`jdbc:${DATABASE.replace('postgres', 'postgresql')}`, 'write it as postgres://user:password@host', DATABASE],
  ['host=db.example.com dbname=langfuse', 'write it as postgres://user:password@host', DATABASE],
  [DATABASE.replace('/langfuse', ''), 'add it after the host', DATABASE],
  [`"${DATABASE}`, 'remove the quotes', DATABASE],
  [`${DATABASE}'`, 'remove the quotes', DATABASE],
  [`${DATABASE}?ssl=false`, 'use one of true, 1', `${DATABASE}?ssl=true`],
  [`${DATABASE}?sslmode=on`, 'use one of prefer, disable', `${DATABASE}?sslmode=require`],
  [`${DATABASE}?sslcrl=x`, 'remove it', DATABASE],
  [`${DATABASE}?sslmode=require&sslmode=require`, 'keep one of them', `${DATABASE}?sslmode=require`],
];

/** The same of the host of PostHog. */
const HOSTS: readonly Case[] = [
  ['posthog.com', 'write us or eu', 'eu'],
  ['asia', 'write, for example, https://eu.i.posthog.com', 'https://eu.i.posthog.com'],
  ['http://posthog.example', 'use https', 'https://posthog.example'],
  ['"https://posthog.example', 'remove the quotes', 'https://posthog.example'],
];

const VALUES: readonly Case[] = [
  ["x: tags == 'x'", "write contains(tags, 'x')", "x: contains(tags, 'x')"],
  ['x: "\'x\' != tags"', "write !contains(tags, 'x'), in quotes", 'x: "!contains(tags, \'x\')"'],
  ["x: tags.includes('x')", 'write contains(tags, …)', "x: contains(tags, 'x')"],
  ["x: name.includes('x')", 'write contains(name, …)', "x: contains(name, 'x')"],
  ["x: name || 'x'", 'write ?? for a fallback: a ?? b', "x: name ?? 'x'"],
  ['x: name && id', 'write != null to ask whether there is a value: name != null', 'x: name != null'],
  ['x: "!name"', 'write name == null', 'x: name == null'],
  ['x: name.toUpperCase()', 'write upper(name)', 'x: upper(name)'],
  ['x: name.toLowerCase()', 'write lower(name)', 'x: lower(name)'],
  ['x: name.trim()', 'write trim(name)', 'x: trim(name)'],
  ["x: name.startsWith('a')", 'write startsWith(name, …)', "x: startsWith(name, 'a')"],
  ["x: name.replaceAll('a', 'b')", 'write replace(name, …)', "x: replace(name, 'a', 'b')"],
  ["x: name.split(',')", 'write split(name, …)', "x: split(name, ',')"],
  ["x: tags.join(',')", 'write join(tags, …)', "x: join(tags, ',')"],
  ['x: name.slice(0, 3)', 'write substring(name, …)', 'x: substring(name, 0, 3)'],
  ['x: latency.toFixed(2)', 'write round(latency, …)', 'x: round(latency, 2)'],
  ['x: latency.toString()', 'write text(latency)', 'x: text(latency)'],
  ['x: timestamp.toISOString()', 'write isoTime(timestamp)', 'x: isoTime(timestamp)'],
  ['x: String(latency)', 'write text(…)', 'x: text(latency)'],
  ['x: Number(name)', 'did you mean `number`?', 'x: number(name)'],
  ['x: Math.round(latency)', 'write round(…)', 'x: round(latency)'],
  ['x: Math.max(latency, 1)', 'write max(…)', 'x: max(latency, 1)'],
  ['x: tags.length', 'write length(tags)', 'x: length(tags)'],
  ['x: name.length', 'write length(name)', 'x: length(name)'],
  ['x: "`a-${name}`"', 'write concat(…), or { url: … } for a url', "x: concat('a-', name)"],
  ['x: trace?.name', 'paths are already null-safe: write `.`', 'x: trace.name'],
  ["x: typeof name == 'string'", 'types are known: ask for a value with `name != null`', 'x: name != null'],
  ['x: new Date(name)', 'write timestamp(…)', 'x: timestamp(name)'],
  ['x: "tags.some((tag) => tag == 1)"', 'write contains(tags, …)', "x: contains(tags, '1')"],
  [
    'x: /a/.test(name)',
    'there are no regular expressions: write contains(…), startsWith(…) or endsWith(…)',
    "x: contains(name, 'a')",
  ],
  ["x: name + '-' + id", 'write concat(…) to join texts', "x: concat(name, '-', id)"],
  ['x: "name === undefined"', 'write `null` for a missing value', 'x: name === null'],
  ['x: 012', "for a number, write 12; for a text, '012', or { const: '012' } in place of an expression", 'x: 12'],
  [
    'x: 012',
    "for a number, write 12; for a text, '012', or { const: '012' } in place of an expression",
    "x: { const: '012' }",
  ],
  ['x: 9007199254740993', "for a text, write { const: '9007199254740993' }", "x: { const: '9007199254740993' }"],
  ['x: .inf', "for a text, write { const: '.inf' }", "x: { const: '.inf' }"],
  [
    'x: timestamp - created_at',
    'write secondsBetween(created_at, timestamp)',
    'x: secondsBetween(created_at, timestamp)',
  ],
  ['x: convert(latency, name)', "write the unit in quotes: convert(latency, 'ms')", "x: convert(latency, 'ms')"],
  ['x: yes', 'write `true`; for a text, write { const: yes }', 'x: true'],
  ['x: latency / 3600', "did you mean convert(latency, 'h')?", "x: convert(latency, 'h')"],
  ['x: 1e3 * latency', "did you mean convert(latency, 'ms')?", "x: convert(latency, 'ms')"],
  ['x: latency / (60 * 60)', "did you mean convert(latency, 'h')?", "x: convert(latency, 'h')"],
  ['x: total_cost * 100', "did you mean convert(total_cost, 'cents')?", "x: convert(total_cost, 'cents')"],
  ['x: latency / 1000', "convert(latency, 'UNIT') gives the value in another unit", "x: convert(latency, 'min')"],
  [
    'x: timestamp + 1',
    'write secondsBetween(…, …) for a number of seconds',
    'x: secondsBetween(created_at, timestamp)',
  ],
  [
    'x: number(timestamp)',
    'write secondsBetween(…, …) for a number of seconds',
    'x: secondsBetween(created_at, timestamp)',
  ],
  ['x: public + 1', 'write … ? 1 : 0, in quotes', 'x: "(public ? 1 : 0) + 1"'],
  ['x: tags + 1', 'write length(…)', 'x: length(tags) + 1'],
  ['x: concat(timestamp)', 'write isoTime(…) or isoDate(…)', 'x: concat(isoDate(timestamp))'],
  ['x: text(timestamp)', 'write isoTime(…) or isoDate(…)', 'x: isoTime(timestamp)'],
  ['x: lower(tags)', "write join(…, ',') or first(…)", 'x: lower(first(tags))'],
  ['x: upper(latency)', 'write text(…)', 'x: upper(text(latency))'],
  ["x: join(name, '-')", "write split(…, ',')", "x: join(split(name, ','), '-')"],
  [
    'x: timestamp(latency)',
    'use a field of type timestamp, or timestamp(…) of a text in ISO 8601',
    'x: timestamp(name)',
  ],
  ['x: latency + total_cost', 'use numbers that measure the same thing', 'x: latency + 1'],
  [
    "x: latency + convert(latency, 'ms')",
    "convert one: convert(…, 's')",
    "x: latency + convert(convert(latency, 'ms'), 's')",
  ],
  ["x: name in ['a', 'b']", "write contains(['a', 'b'], x)", "x: contains(['a', 'b'], name)"],
  ['x: "{name}"', 'write a field without braces: name', 'x: name'],
  [
    'x: >-\n  name # why',
    'an expression has no comments: write them outside of it, in YAML, after ` #`',
    'x: name # why',
  ],
  [
    "x: timestamp > timestamp('2026-13-01')",
    'a timestamp is ISO 8601: 2026-01-31, or 2026-01-31T10:00:00Z',
    "x: timestamp > timestamp('2026-12-01')",
  ],
  ['x: total-cost', 'write total_cost', 'x: total_cost'],
  ['x: trace.session-id', 'write trace.session_id', 'x: trace.session_id'],
  ['x: ‘production’', "write straight quotes: 'text'", 'x: "\'production\'"'],
  ['x: name\u200B', 'remove the invisible character U+200B', 'x: name'],
  ['x:\u00A0name', 'write an ordinary space after `:`; the one there is a different character', 'x: name'],
  ['x:\u00A0name\ny: id', 'write an ordinary space', 'x: name\ny: id'],
  ['x: 0.001 * total_cost', "convert(total_cost, 'UNIT') gives the value in another unit", 'x: total_cost * 2'],
];

describe('the advice of a problem', () => {
  for (const [wrong, advice, right] of PIPELINES) {
    it(`mends a pipeline file: ${advice}`, () => {
      const problems = problemsOf(wrong);
      expect(problems.map(({ help }) => help)).to.include(advice);
      expect(new Set(problems.map(({ line }) => line)).size, JSON.stringify(problems)).to.equal(1);
      expect(problemsOf(right)).to.deep.equal([]);
    });
  }

  for (const [wrong, advice, right] of LISTS) {
    it(`mends a list: ${advice}`, () => {
      expect(problemsOf(wrong).map(({ help }) => help)).to.deep.equal([advice]);
      expect(problemsOf(right)).to.deep.equal([]);
    });
  }

  for (const [wrong, advice, right] of URLS) {
    it(`mends a url of the database: ${wrong.replace('secret', '…')}`, () => {
      const [problem, ...others] = problemsOf(`${HEAD}${SOURCE}${SINK}`, { DB: wrong });
      expect(others).to.deep.equal([]);
      expect(problem?.help).to.contain(advice);
      expect(problemsOf(`${HEAD}${SOURCE}${SINK}`, { DB: right })).to.deep.equal([]);
    });
  }

  for (const [wrong, advice, right] of HOSTS) {
    it(`mends a host of PostHog: ${wrong}`, () => {
      const file = `${HEAD}${SOURCE}sink: { use: posthog, with: { host: "\${HOST}", apiKey: "\${KEY}" } }\n`;
      const [problem, ...others] = problemsOf(file, { DB: DATABASE, KEY: 'phc_example', HOST: wrong });
      expect(others).to.deep.equal([]);
      expect(problem?.help).to.contain(advice);
      expect(problemsOf(file, { DB: DATABASE, KEY: 'phc_example', HOST: right })).to.deep.equal([]);
    });
  }

  for (const [wrong, advice, right] of VALUES) {
    it(`mends a mapping: ${wrong} → ${right}`, () => {
      expect(mappingProblems(overlay(wrong)).map(({ help }) => help)).to.deep.equal([advice]);
      expect(mappingProblems(overlay(right))).to.deep.equal([]);
    });
  }

  it('mends a time that can be missing by one that cannot', () => {
    const generation = (end: string): string =>
      overlay('x: name')
        .replace('langfuse trace', 'langfuse generation')
        .replace('    properties:', `    timestamp: ${end}\n    properties:`) +
      'identity: { accepts: [end_time, start_time], because: tested }\n';
    expect(mappingProblems(generation('end_time')).map(({ help }) => help)).to.include(
      'add a fallback: … ?? start_time',
    );
    const left = mappingProblems(generation('end_time ?? start_time')).filter(({ severity }) => severity === 'error');
    expect(left).to.deep.equal([]);
  });

  it('mends a duration without a unit', () => {
    const final = (within: string): string =>
      `${overlay('x: name')}    final: { when: latency != null, within: ${within} }\n`;
    const [problem] = mappingProblems(final('24'));
    expect(problem?.help).to.equal('write final: { when: end_time != null, within: 24h }');
    expect(mappingProblems(final('24h'))).to.deep.equal([]);
  });

  it('says once that a file is a mapping, and that a mapping is a pipeline file', () => {
    const mapping = overlay('x: name');
    expect(problemsOf(mapping).map(({ message }) => message)).to.deep.equal(['this is a mapping, not a pipeline file']);
    expect(mappingProblems(`${HEAD}${SOURCE}${SINK}`).map(({ message }) => message)).to.deep.equal([
      'this is a pipeline file, not a mapping',
    ]);
  });

  it('places the first byte that is not UTF-8', () => {
    const latin = Buffer.from(`${HEAD}${SOURCE}${SINK}# Grüße\n`, 'latin1');
    const [problem] = problemsOf(latin);
    expect(problem).to.include({ code: 'not-unicode', line: 7, column: 5 });
    expect(problemsOf(Buffer.from(`\uFEFF${HEAD}${SOURCE}${SINK}`, 'utf16le'))).to.deep.equal([]);
  });
});
