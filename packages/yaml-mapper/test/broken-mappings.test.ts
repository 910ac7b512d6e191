import { expect } from 'chai';
import { PROBLEM_CODES } from '@sluice/yaml-mapper';
import { aMapping, loadFiles } from './load-text.js';

const deep = `${'('.repeat(1990)}1${')'.repeat(1990)}`;

/** A line in the event's properties, the code it gives, and the text at the problem's place. */
const LINES: readonly (readonly [string, string, string])[] = [
  ['x: nmae', 'unknown-field', 'nmae'],
  ['x: lowr(name)', 'unknown-function', 'lowr'],
  ['x: "lower(nmae)"', 'unknown-field', 'nmae'],
  ["x: 'concat(''a'', nmae)'", 'unknown-field', 'nmae'],
  ['x: >-\n  concat(name,\n  nmae)', 'unknown-field', 'nmae'],
  ['x: |\n  concat(name,\n    nmae)', 'unknown-field', 'nmae'],
  ['x: "\\u00e4 + nmae"', 'unknown-field', '\\u00e4'],
  ['x: { valu: name }', 'unknown-key', 'valu'],
  ['x: { value: name, const: 1 }', 'conflicting-directives', 'const'],
  ['x: { when: public }', 'missing-key', '{ when: public }'],
  ['x: { url: "/a/{nmae}" }', 'unknown-field', 'nmae'],
  ['x: { url: "/a/{name" }', 'url-syntax', '{'],
  ['x: { url: "/a/name}" }', 'url-syntax', '}'],
  ['x: { value: latency, unit: sec }', 'unknown-unit', 'sec'],
  ['x: { value: latency, unit: ms }', 'unit-mismatch', 'ms'],
  ['x: { value: name, when: name }', 'type-mismatch', 'name'],
  ['x: { value: name, when: "true" }', 'constant-condition', 'true'],
  ['langfuse_latency: "convert(latency, \'ms\')"', 'unit-mismatch', "convert(latency, 'ms')"],
  ['langfuse_latency: observation_count', 'unit-missing', 'observation_count'],
  ['langfuse_total_units: total_cost', 'unit-mismatch', 'total_cost'],
  ['langfuse_score_value: latency', 'unit-mismatch', 'latency'],
  ['langfuse_trace_name: latency', 'type-mismatch', 'latency'],
  ['x: latency + total_cost', 'unit-mismatch', 'latency + total_cost'],
  ['x: name == latency', 'type-mismatch', 'name == latency'],
  ['x: public < public', 'type-mismatch', 'public < public'],
  ['x: name ?? latency', 'type-mismatch', 'name ?? latency'],
  ['x: name + name', 'type-mismatch', 'name'],
  ['x: convert(latency, "h", 1)', 'argument-count', 'convert(latency, "h", 1)'],
  ['x: convert(latency, "usd")', 'unit-mismatch', 'convert(latency, "usd")'],
  ['x: lower()', 'argument-count', 'lower()'],
  ['x: lower(name, name)', 'argument-count', 'lower(name, name)'],
  ['x: "public ? name : latency"', 'type-mismatch', 'public ? name : latency'],
  ['x: event.nothing', 'unknown-field', 'event.nothing'],
  ["x: uuid5('no', id)", 'type-mismatch', "'no'"],
  ['x: name.first', 'unknown-field', 'name.first'],
  ['x: constructor', 'unknown-field', 'constructor'],
  ['x: __proto__', 'unknown-field', '__proto__'],
  ['x: name.constructor', 'unknown-field', 'name.constructor'],
  ['x: toString()', 'unknown-function', 'toString'],
  ['x: name.toUpperCase()', 'not-in-language', 'name.toUpperCase'],
  ['x: this', 'not-in-language', 'this'],
  ['x: globalThis', 'unknown-field', 'globalThis'],
  ['x: new Date()', 'not-in-language', 'new Date()'],
  ['x: () => 1', 'not-in-language', '() => 1'],
  ['x: import("fs")', 'not-in-language', 'import("fs")'],
  ['x: typeof name', 'not-in-language', 'typeof name'],
  ['x: name = id', 'not-in-language', 'name = id'],
  ['x: /a+/', 'not-in-language', '/a+/'],
  ['x: "`${name}`"', 'not-in-language', '`${name}`'],
  ['x: metadata?.a', 'not-in-language', 'metadata?.a'],
  ['x: metadata[name]', 'not-in-language', 'name'],
  ['x: name /* a */', 'not-in-language', '/* a */'],
  ['x: hello world', 'expression-syntax', 'world'],
  ['x: concat(name, #x)', 'expression-syntax', ''],
  [`x: ${deep}`, 'expression-too-large', deep],
  ['x: [name]', 'wrong-shape', '[name]'],
  ["x: 'a' ?? name", 'yaml-syntax', ''],
  ['x: public ? 1 : 2', 'yaml-syntax', ''],
  ['x: !public', 'yaml-tag', '!public'],
  ['x: *name', 'yaml-alias', ''],
  ['x: 1\nx: 2', 'yaml-duplicate-key', ''],
  ['__proto__: 1', 'reserved-name', '__proto__'],
  ['\tx: 1', 'yaml-syntax', ''],
];

/** Whole files: what is replaced in a good mapping, by what, the code, the text at the place. */
const REPLACED: readonly (readonly [string, string, string, string])[] = [
  ['sluice: 1', 'sluice: 2', 'unsupported-version', '2'],
  ['sluice: 1\n', '', 'missing-key', ''],
  ['langfuse-postgres', 'langfuse-postgre', 'unknown-source', 'langfuse-postgre'],
  ['sink: posthog', 'sink: posthoc', 'unknown-sink', 'posthoc'],
  ['from: trace', 'from: traces', 'unknown-stream', 'traces'],
  ['    from: trace\n', '', 'missing-key', 'e'],
  ['mapping: m', 'maping: m', 'unknown-key', 'maping'],
  ['    distinct_id: event.uuid', '    distinct_ids: event.uuid', 'unknown-event-field', 'distinct_ids'],
  ['    distinct_id: event.uuid\n', '', 'missing-event-field', 'e'],
  ['distinct_id: event.uuid', 'distinct_id: name', 'nullable-required', 'name'],
  ['distinct_id: event.uuid', 'distinct_id: event.distinct_id', 'event-cycle', 'event.distinct_id'],
  ['timestamp: timestamp', 'timestamp: name', 'type-mismatch', 'name'],
  [', id)', ", 'x')", 'uuid-without-key', "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', 'x')"],
  ['accepts: [timestamp]', 'accepts: []', 'identity-changeable', 'timestamp'],
  ['accepts: [timestamp]', 'accepts: [timestamp, name]', 'unused-permission', 'name'],
  ['accepts: [timestamp]', 'accepts: [timestamp, nmae]', 'unknown-field', 'nmae'],
  [', because: tested', '', 'missing-key', 'identity'],
  [
    'allows: [trace.user_id, trace.metadata]',
    'allows: [trace.user_id, trace.metadata.b]',
    'personal-data',
    'trace.metadata.a',
  ],
  ['events:', 'shared: { a: { include: [a] } }\nevents:', 'unused-fragment', 'a'],
  ['    from: trace', '    from: trace\n    include: [a]', 'unknown-fragment', 'a'],
  ['events:', 'shared: { a: { include: [a] } }\nevents:', 'unused-fragment', 'a'],
  ['    from: trace', '    from: trace\n    when: nmae', 'unknown-field', 'nmae'],
  ['events:', 'params: { p: { type: txt } }\nevents:', 'wrong-shape', 'txt'],
  ['events:', 'params: { p: { type: number, default: a } }\nevents:', 'param-type', 'a'],
  ['events:', 'params: { p: { type: text } }\nevents:', 'unused-param', 'p'],
  ['events:', 'params: { name: { type: text } }\nevents:', 'param-hides-field', 'name'],
  ['events:', 'extends: main.yaml\nevents:', 'extends-cycle', 'main.yaml'],
  ['events:', 'extends: none.yaml\nevents:', 'file-unreadable', 'none.yaml'],
  ['events:', 'remove: [x]\nevents:', 'nothing-to-remove', 'x'],
];

describe('a broken mapping', () => {
  for (const [line, code, text] of LINES) {
    it(`says ${code} at \`${text.slice(0, 30)}\` of ${JSON.stringify(line.slice(0, 50))}`, () => {
      expectProblem(aMapping(line), code, text);
    });
  }
  for (const [before, after, code, text] of REPLACED) {
    it(`says ${code} at \`${text}\` when ${JSON.stringify(before)} is ${JSON.stringify(after)}`, () => {
      const good = aMapping('');
      expect(good).to.include(before);
      expectProblem(
        good.replace(before, () => after),
        code,
        text,
      );
    });
  }

  it('gives the same places with CRLF, a byte order mark and non-ASCII text before', () => {
    const text = aMapping('ä: name\nx: nmae');
    const [plain] = loadFiles({ 'main.yaml': text }).problems;
    const [windows] = loadFiles({ 'main.yaml': `\uFEFF${text.replaceAll('\n', '\r\n')}` }).problems;
    expect(plain?.code).to.equal('unknown-field');
    expect(windows).to.deep.equal(plain);
  });

  it('is reported with all its problems at once', () => {
    const { problems, mapper } = loadFiles({
      'main.yaml': aMapping('x: nmae\ny: lowr(name)\nz: latency + total_cost'),
    });
    expect(problems.map(({ code }) => code)).to.deep.equal(['unknown-field', 'unknown-function', 'unit-mismatch']);
    expect(mapper).to.equal(undefined);
    expect(problems[0]?.help).to.equal('Did you mean `name`?');
  });

  it('cannot exhaust memory with aliases', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...'bcdefgh'
        .split('')
        .map(
          (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(',')}]`,
        ),
    ];
    expect(loadFiles({ 'main.yaml': bomb.join('\n') }).problems[0]?.code).to.equal('file-too-large');
  });
});

function expectProblem(text: string, code: string, at: string): void {
  const { problems } = loadFiles({ 'main.yaml': text });
  const problem = problems.find((one) => one.code === code);
  expect(problem, JSON.stringify(problems)).not.to.equal(undefined);
  expect(PROBLEM_CODES).to.have.property(code);
  if (problem === undefined || at === '') return;
  const lines = text.split('\n');
  const offset = (line: number, column: number): number =>
    lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1;
  expect(text.slice(offset(problem.line, problem.column), offset(problem.endLine, problem.endColumn))).to.equal(at);
}
