import fc from 'fast-check';
import { ACME } from './acme-schema.js';

const HEADER = `sluice: 1
mapping: m
source: langfuse-postgres
sink: jsonl
identity: { accepts: [timestamp, name, version, public, updated_at, tags], because: tested }
personalData: { allows: [user_id, trace.user_id, metadata, trace.metadata], because: tested }
events:
  - event: e
    from: trace
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', concat(project_id, '/', id))
`;

type Texts = fc.Arbitrary<string>;

interface Kinds {
  readonly text: string;
  readonly maybe: string;
  readonly number: string;
  readonly condition: string;
  readonly list: string;
}

const literal = fc
  .oneof(
    fc.constantFrom('', 'a', 'null', 'true', 'x/ü', '"', '\\', '1'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
  )
  .map((text) => `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`);

const nullable = fc.constantFrom('name', 'trace.user_id', 'version', 'release', 'session_id');
const of = (texts: TemplateStringsArray, ...parts: readonly Texts[]): Texts =>
  fc.tuple(...parts).map((values) => String.raw({ raw: texts }, ...values));

/** Expressions by the type of their value. */
const expressions = fc.letrec<Kinds>((tie) => {
  const named = (name: keyof Kinds): Texts => tie(name) as Texts;
  const [text, maybe, number] = [named('text'), named('maybe'), named('number')];
  const [condition, list] = [named('condition'), named('list')];
  const depth = { maxDepth: 3, depthSize: 'small' } as const;
  return {
    text: fc.oneof(
      depth,
      fc.constantFrom('id', 'project_id', 'event.uuid'),
      literal,
      of`(${maybe} ?? ${text})`,
      of`concat(${text}, ${literal}, ${text})`,
      of`lower(${text})`,
    ),
    maybe: fc.oneof(
      depth,
      nullable,
      of`trace.metadata.${fc.constantFrom('a', 'b', "['$x']")}`.map((path) => path.replace('.[', '[')),
      of`(${condition} ? ${maybe} : ${text})`,
      of`(${condition} ? null : ${maybe})`,
      of`concat(${maybe}, ${literal}, ${maybe})`,
      of`(${maybe} ?? ${maybe})`,
      of`uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', ${maybe})`,
      fc.constantFrom('tags[0]', 'text(latency)', 'upper(version)', 'isoTime(timestamp)'),
    ),
    number: fc.oneof(
      depth,
      fc.constantFrom('observation_count', 'length(id)', '1', '0.5'),
      of`(${condition} ? ${number} : observation_count)`,
      of`(number(trace.metadata.n) ?? ${number})`,
      of`abs(${number})`,
    ),
    condition: fc.oneof(
      depth,
      fc.constantFrom(
        'public',
        'trace.metadata.flag',
        '(latency == null)',
        "contains(tags, 'a')",
        '(timestamp < updated_at)',
        '(trace.metadata == null)',
      ),
      of`(${nullable} == null)`,
      of`(${nullable} ${fc.constantFrom('==', '!=', '<')} ${literal})`,
      of`(trace.metadata.a ${fc.constantFrom('==', '!=')} ${fc.oneof(literal, fc.constant('null'), nullable)})`,
      of`(observation_count ${fc.constantFrom('==', '>=')} ${fc.constantFrom('1', '0', '-1')})`,
      of`(tags == ${list})`,
      of`!${condition}`,
      of`(${condition} ${fc.constantFrom('&&', '||')} ${condition})`,
    ),
    list: fc.oneof(
      depth,
      fc.constantFrom('trace.tags', "split(id, '')"),
      of`[${text}, ${maybe}]`,
      of`(list(metadata.l) ?? trace.tags)`,
    ),
  };
});

const quoted = (expression: Texts): Texts => expression.map((each) => JSON.stringify(each));

const value: Texts = fc.oneof(
  quoted(fc.oneof(...Object.values<Texts>(expressions))),
  fc.constantFrom(
    'metadata',
    'trace.metadata',
    'metadata.a',
    'metadata.b[0]',
    'latency',
    'total_cost',
    'timestamp',
    'updated_at',
  ),
  fc.constantFrom('event.t', '"event.u == null"', 'event.u', 'timestamp(name)', 'latency * 2', '-total_cost'),
  fc.constantFrom('{ const: { a: [1, null, "x"] } }', '{ const: null }', '{ const: "é\\u0001\\"" }', '{ const: -0.5 }'),
  of`{ value: ${quoted(expressions.maybe)}, enum: { a: 1, b: null, 'null': 3 }, else: ${quoted(expressions.number)} }`,
  of`{ url: 'https://x/"{${nullable}}/{id}?{latency}&{public}#{trace.metadata.a}', when: ${quoted(expressions.condition)} }`,
  of`{ value: ${quoted(expressions.maybe)}, omitNull: true }`,
  of`{ value: ${quoted(expressions.number)}, when: ${quoted(expressions.condition)} }`,
);

/** A mapping of one event, with expressions of many kinds. Now and then it has a problem. */
export const randomMapping: Texts = fc
  .record({
    when: fc.option(quoted(expressions.condition), { freq: 3 }),
    single: fc.oneof(quoted(expressions.maybe), fc.constantFrom('updated_at', 'metadata', 'latency')),
    values: fc.array(value, { minLength: 1, maxLength: 6 }),
    set: fc.option(value, { freq: 3 }),
  })
  .map(({ when, single, values, set }) =>
    [
      HEADER,
      ...(when === null ? [] : [`    when: ${when}\n`]),
      `    t: timestamp\n    u: ${single}\n`,
      ...(set === null ? [] : [`    set: { x: ${set} }\n`]),
      '    properties:\n',
      ...values.map((each, index) => `      ${['p', '2', 'q', '1', 'r', 's'][index]}: ${each}\n`),
    ].join(''),
  );

/** The same for any sink, with a block for each of those that the tests know. */
export const randomSharedMapping: Texts = fc
  .record({
    time: fc
      .constantFrom('timestamp', 'coalesce', 'created_at')
      .map((name) => (name === 'coalesce' ? 'timestamp(isoTime(timestamp)) ?? timestamp' : name)),
    user: fc.option(quoted(expressions.maybe), { freq: 4 }),
    session: fc.option(quoted(expressions.maybe), { freq: 4 }),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
    own: fc.array(value, { minLength: 3, maxLength: 3 }),
    person: quoted(expressions.maybe),
    group: fc.oneof(
      quoted(fc.oneof(expressions.maybe, expressions.number, expressions.condition)),
      fc.constantFrom('trace.metadata.a', 'metadata.b[0]', 'metadata', 'latency', '{ const: 42 }', '{ const: null }'),
    ),
  })
  .map(({ time, user, session, values, own, person, group }) => {
    const standard = [`    time: ${time}`, ...(user === null ? [] : [`    user: ${user}`])];
    if (session !== null) standard.push(`    session: ${session}`);
    const readable = values
      .filter((each) => !/event\.[tu]/u.test(each))
      .map((each, index) => `      p${index}: ${each}`);
    const [a, b, c] = own.map((each) => (/event\.[tu]/u.test(each) ? 'event.time' : each));
    return [
      HEADER.replace('sink: jsonl', 'sink: any'),
      [...standard, '    properties:', '      at: event.time', ...readable].join('\n'),
      `\n    sinks:\n      posthog: { set: { s: ${a} }, session_id: ${person}, groups: { company: ${group} } }\n`,
      `      mixpanel: { event: Seen, properties: { at: ${b} }, groups: { team: ${person} } }\n`,
      `      '${ACME}': { properties: { p0: ${c} }, user_properties: { who: ${person} } }\n`,
    ].join('');
  });
