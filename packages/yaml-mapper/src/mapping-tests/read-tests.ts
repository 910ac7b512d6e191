import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { MappingContext } from '@sluice/core/config';
import { didYouMean, entryOf, startOf, type MapTree, type Tree } from '@sluice/core/document';
import { plainValue } from '../check/constant.js';
import type { CheckedMapping } from '../check/checked-mapping.js';
import { isJsonObject } from '../json-kind.js';
import type { ProblemList } from '../problems/problem-list.js';
import { ANY_SINK } from '../resolve/sink-target.js';
import { readMap, readMapAt, readText, readTextAt, refuseOtherKeys } from '../resolve/read-tree.js';
import type { Expectation, MappingTest } from './mapping-test.js';
import { readGiven } from './read-given.js';
import { EXPECTATION_KEYS, TEST_KEYS } from './test-keys.js';

export type TestContext = Pick<MappingContext, 'readFile' | 'eventSchemaOf' | 'knownSinks'>;

/** Reads a list of tests and checks them against the streams that the mapping reads. */
export function readTests(
  tree: Tree,
  mapping: CheckedMapping,
  context: TestContext,
  problems: ProblemList,
): readonly MappingTest[] {
  if (tree.kind !== 'list') {
    problems.add('wrong-shape', tree.span, '`tests` expects a list: each test starts with `- name: …`');
    return [];
  }
  return tree.items.flatMap((item, index) => readTest(item, index, { mapping, context, problems }) ?? []);
}

interface Reading {
  readonly mapping: CheckedMapping;
  readonly context: TestContext;
  readonly problems: ProblemList;
}

function readTest(tree: Tree, index: number, reading: Reading): MappingTest | undefined {
  const { mapping, problems } = reading;
  const map = readMap(tree, 'a test', problems);
  if (map === undefined) return undefined;
  refuseOtherKeys(map, Object.keys(TEST_KEYS), problems);
  const name = entryOf(map, 'name');
  const named = readTextAt(map, 'name', problems);
  if (name === undefined) problems.add('missing-key', startOf(map.span), 'the test has no name', 'write `- name: …`');
  const stream = streamOf(map, mapping, problems);
  const expectation = readExpectation(map, problems);
  const given = entryOf(map, 'given');
  if (stream === undefined || named === undefined) return undefined;
  return {
    name: named.name,
    span: name?.keySpan ?? map.span,
    index,
    stream,
    sink: sinkOf(map, reading),
    given: given === undefined ? new Map<string, JsonValue>() : readGiven(given.value, stream, problems),
    params: readParams(map, mapping, problems),
    expectation,
  };
}

function streamOf(map: MapTree, { events }: CheckedMapping, problems: ProblemList): MappingTest['stream'] | undefined {
  const streams = [...new Map(events.map(({ stream }) => [stream.name, stream])).values()];
  const [first, second] = streams;
  if (entryOf(map, 'from') === undefined) {
    if (first !== undefined && second === undefined) return first;
    const names = streams.map(({ name }) => `\`${name}\``).join(', ');
    const help = `write \`from: …\` with one of ${names}`;
    problems.add('missing-key', map.span, 'the test does not name its stream', help);
    return undefined;
  }
  const text = readTextAt(map, 'from', problems);
  const stream = streams.find(({ name }) => name === text?.name);
  if (stream === undefined && text !== undefined) {
    const names = streams.map(({ name }) => name);
    const message = `the mapping reads no stream \`${text.name}\``;
    problems.add('unknown-stream', text.span, message, didYouMean(text.name, names));
  }
  return stream;
}

/** The sink whose events a test expects; one that the mapping is not for is a problem. */
function sinkOf(map: MapTree, { mapping, context, problems }: Reading): string {
  const text = readTextAt(map, 'sink', problems);
  if (text === undefined || text.name === mapping.sink) return mapping.sink;
  const { name, span } = text;
  if (context.eventSchemaOf(name) === undefined)
    problems.add('unknown-sink', span, `unknown sink \`${name}\``, didYouMean(name, context.knownSinks));
  else if (!mapping.sinks.includes(name) && !mapping.sinks.includes(ANY_SINK))
    problems.add('other-sink', span, `the mapping is for \`${mapping.sinks.join('`, `')}\`, not for \`${name}\``);
  else return name;
  return mapping.sink;
}

function readParams(
  test: MapTree,
  mapping: CheckedMapping,
  problems: ProblemList,
): Readonly<Record<string, JsonValue>> {
  const params: Record<string, JsonValue> = {};
  for (const { key, keySpan, value } of readMapAt(test, 'params', problems)?.entries ?? []) {
    if (mapping.params.has(key)) params[key] = plainValue(value, problems) ?? null;
    else {
      const message = `unknown parameter \`${key}\``;
      problems.add('unknown-param', keySpan, message, didYouMean(key, [...mapping.params.keys()]));
    }
  }
  return params;
}

function readExpectation(map: MapTree, problems: ProblemList): Expectation | undefined {
  const [first, second] = map.entries.filter(({ key }) => EXPECTATION_KEYS.includes(key));
  if (second !== undefined && first !== undefined) {
    const message = `\`${second.key}\` conflicts with \`${first.key}\`; a record has one outcome`;
    problems.add('conflicting-directives', second.keySpan, message);
  }
  if (first === undefined) return undefined;
  const { key, value: tree } = first;
  if (key === 'expect' || key === 'exactly')
    return { kind: 'events', exact: key === 'exactly', events: eventsOf(tree, key, problems) };
  const text = tree.kind === 'scalar' && tree.value !== true ? readText(tree, `\`${key}\``, problems)?.name : undefined;
  if (tree.kind !== 'scalar')
    problems.add('wrong-shape', tree.span, `\`${key}\` expects \`true\` or a part of the reason`);
  return key === 'filtered' ? { kind: 'filtered', rule: text } : { kind: 'failed', reason: text };
}

function eventsOf(tree: Tree, key: string, problems: ProblemList): readonly JsonObject[] {
  const events = plainValue(tree, problems);
  if (events === undefined) return [];
  if (Array.isArray(events) && events.every((event) => isJsonObject(event))) return events;
  problems.add('wrong-shape', tree.span, `\`${key}\` expects a list of events: \`- event: …\``);
  return [];
}
