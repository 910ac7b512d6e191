import { FUNCTIONS } from '@sluice/yaml-mapper';
import type { Choices } from './fuzz-target.js';

type Type = 'text' | 'number' | 'boolean' | 'timestamp' | 'text[]' | 'json';

const TYPES: readonly Type[] = ['text', 'number', 'boolean', 'timestamp', 'text[]', 'json'];

/** Fields of all streams, parameters and literals; some are of another type in some stream. */
const LEAVES: Readonly<Record<Type, readonly string[]>> = {
  text: ['id', 'name', 'project_id', 'trace.user_id', 'version', 'item', 'event.uuid', "'a'", "'😀'", 'salt', 'null'],
  number: ['latency', 'total_cost', 'value', '0', '-1', '0.1', '1e21', '9007199254740993', 'null'],
  boolean: ['true', 'false', 'event.anonymous', 'name == null'],
  timestamp: ['timestamp', 'start_time', 'updated_at', 'event.timestamp', "timestamp('2026-01-31T09:30:00Z')"],
  'text[]': ['tags', 'trace.tags', '[]', '[name]', "['a', 'b']"],
  json: ['metadata', 'trace.metadata', 'metadata.a.b', "metadata['$x']", 'metadata[0]', 'input'],
};

/** Names that every object of JavaScript inherits, wherever a name may stand. */
const INHERITED: readonly string[] = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];

/** What other languages have. */
const FOREIGN: readonly string[] = [
  '`a${name}`',
  'x => x',
  '...tags',
  'this',
  'new Date()',
  'name.length',
  'name?.first',
  '/a+/u',
  '{ a: 1 }',
  'function () {}',
  'import("fs")',
  'constructor.constructor("return 1")()',
  "metadata['__proto__']",
  'typeof name',
  'name = 1',
  'name++',
  'a, b',
  'await x',
  '1n',
  '"\\u{110000}"',
  '',
];

const CALLS = [...FUNCTIONS.values()];

const PARTS = /[\w.]+|'[^']*'|[^\w\s]+|\s+/gu;

/** An expression of the mapping language: mostly of fitting types, now and then not an expression at all. */
export function anExpression(choices: Choices): string {
  if (choices.once(15)) return choices.of(FOREIGN);
  if (choices.once(25)) return withInherited(choices.of(INHERITED), choices);
  const whole = ofType(choices.of(TYPES), choices, choices.below(5));
  if (choices.once(100)) return wrapped(whole, choices);
  return choices.once(6) ? changedExpression(whole, choices) : whole;
}

function withInherited(name: string, choices: Choices): string {
  return choices.of([
    name,
    `${name}(name)`,
    `trace.${name}`,
    `event.${name}`,
    `metadata.${name}.a`,
    `convert(latency, '${name}')`,
    `upper(${name}) ?? name`,
    `name.${name}`,
  ]);
}

function ofType(wanted: Type, choices: Choices, depth: number): string {
  const type = choices.once(20) ? choices.of(TYPES) : wanted;
  const inner = (of: Type): string => ofType(of, choices, depth - 1);
  if (depth <= 0 || choices.once(4)) return choices.of(LEAVES[type]);
  if (choices.once(5)) return `${inner(type)} ?? ${inner(type)}`;
  if (choices.once(6)) return `${inner('boolean')} ? ${inner(type)} : ${inner(type)}`;
  if (choices.once(8)) return `(${inner(type)})`;
  if (type === 'boolean' && choices.once(2)) {
    const of = choices.of(TYPES);
    const operator = choices.of(['==', '!=', '<', '<=', '>', '>=']);
    return choices.once(3)
      ? `${choices.once(2) ? '!' : ''}${inner(type)} ${choices.of(['&&', '||'])} ${inner(type)}`
      : `${inner(of)} ${operator} ${inner(of)}`;
  }
  if (type === 'number' && choices.once(3))
    return `${inner(type)} ${choices.of(['+', '-', '*', '/', '%'])} ${inner(type)}`;
  if (type === 'number' && choices.once(4))
    return `convert(${inner(type)}, '${choices.of(['ms', 's', 'min', 'cents', 'usd', 'x'])}')`;
  const fitting = CALLS.filter(({ result }) => result === type);
  const call = choices.of(fitting.length === 0 || choices.once(12) ? CALLS : fitting);
  const last = call.parameters.at(-1);
  const parameters = [...call.parameters, ...(last?.rest === true ? Array(choices.below(4)).fill(last) : [])];
  const written = parameters
    .filter(({ optional }) => optional !== true || choices.once(2))
    .map(({ types, secret }) => (secret === true ? 'salt' : inner(choices.of(types))));
  return `${call.name}(${written.join(', ')})`;
}

/** Many times inside itself: beyond what any check may take by recursion or by comparison of all with all. */
function wrapped(whole: string, choices: Choices): string {
  const times = choices.of([20, 60, 500, 5000]);
  const [before, after] = choices.of([
    ['(', ')'],
    ['lower(', ')'],
    ['!', ''],
    ['-', ''],
    ['[', ']'],
    ['name ?? ', ''],
    ['latency + ', ''],
    ["name == 'a' ? name : ", ''],
    ['', '.a'],
    ['', "['a']"],
    ['', ', name'],
  ] as const);
  return before.repeat(times) + whole + after.repeat(times);
}

/** One part of an expression is left out, doubled, or put in the place of another. */
export function changedExpression(expression: string, choices: Choices): string {
  const parts = expression.match(PARTS) ?? [expression];
  const at = choices.below(parts.length);
  const put = choices.of([[], [choices.of(parts), choices.of(parts)], [choices.of(parts)], [choices.of(FOREIGN)]]);
  return parts.toSpliced(at, 1, ...put).join('');
}
