import { ownEntry } from '../own-entry.js';

/** What people write who know another language, and how to write it here. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  coalesce: 'write a ?? b',
  default: 'write a ?? b',
  ifnull: 'write a ?? b',
  nvl: 'write a ?? b',
  if: 'write a ? b : c, in quotes',
  iff: 'write a ? b : c, in quotes',
  len: 'write length(…)',
  size: 'write length(…)',
  count: 'write length(…)',
  str: 'write text(…)',
  string: 'write text(…)',
  tostring: 'write text(…)',
  int: 'write number(…), and floor(…) or round(…)',
  float: 'write number(…)',
  parsefloat: 'write number(…)',
  parseint: 'write number(…), and floor(…) or round(…)',
  match: 'there are no regular expressions: write contains(…), startsWith(…) or endsWith(…)',
  regex: 'there are no regular expressions: write contains(…), startsWith(…) or endsWith(…)',
  date: 'write timestamp(…), or isoDate(…) for the text of a day',
  substr: 'write substring(value, from, until)',
  slice: 'write substring(value, from, until)',
  includes: 'write contains(value, part)',
  format: 'write concat(…)',
  hash: 'write sha256(…), or pseudonym(x, salt) for personal data',
  md5: 'write sha256(…), or pseudonym(x, salt) for personal data',
  now: 'mappings are deterministic; the current time is not available',
  today: 'mappings are deterministic; the current time is not available',
  random: 'mappings are deterministic; random values are not available',
  env: 'declare a parameter under `params`, and give it in the pipeline file as ${NAME}',
};

const NAMES: Readonly<Record<string, string>> = {
  true: 'write `true`',
  false: 'write `false`',
  yes: 'write `true`; for a text, write { const: yes }',
  no: "write `false`; for a text, write { const: 'no' }",
  on: 'write `true`; for a text, write { const: on }',
  off: 'write `false`; for a text, write { const: off }',
  undefined: 'write `null` for a missing value',
  none: 'write `null` for a missing value',
  nil: 'write `null` for a missing value',
  nan: 'write `null` for what is not a number',
};

/** Methods of JavaScript, and the functions that do the same. */
const METHODS: Readonly<Record<string, string>> = {
  touppercase: 'upper',
  tolocaleuppercase: 'upper',
  tolowercase: 'lower',
  tolocalelowercase: 'lower',
  trim: 'trim',
  trimstart: 'trim',
  trimend: 'trim',
  includes: 'contains',
  indexof: 'contains',
  some: 'contains',
  find: 'contains',
  has: 'contains',
  match: 'contains',
  test: 'contains',
  startswith: 'startsWith',
  endswith: 'endsWith',
  replace: 'replace',
  replaceall: 'replace',
  split: 'split',
  join: 'join',
  slice: 'substring',
  substring: 'substring',
  substr: 'substring',
  tofixed: 'round',
  toprecision: 'round',
  tostring: 'text',
  toisostring: 'isoTime',
  concat: 'concat',
  sort: 'sort',
  tosorted: 'sort',
  length: 'length',
};

const OPERATORS: readonly (readonly [pattern: RegExp, help: string])[] = [
  [/^and\b/u, 'write `&&`'],
  [/^or\b/u, 'write `||`'],
  [/^(?:is|eq)\b/u, 'write `==`'],
  [/^if\b/u, 'write a ? b : c, in quotes'],
  [/^in\b/u, "write contains(['a', 'b'], x)"],
  [/^=(?!=)/u, 'compare with `==`'],
  [/^<>/u, 'write `!=`'],
  [/^(?:i?like|matches)\b/iu, 'write contains(…), startsWith(…) or endsWith(…)'],
  [/^\|(?!\|)/u, 'a function takes the value as its first argument: upper(name)'],
];

/** For a text that begins as no expression does. */
export function foreignStart(text: string): string | undefined {
  return /^(?:if|case|switch)\b/iu.test(text) ? 'write a ? b : c, in quotes' : undefined;
}

export function foreignFunction(name: string): string | undefined {
  return ownEntry(FUNCTIONS, name.toLowerCase());
}

export function foreignName(name: string): string | undefined {
  return ownEntry(NAMES, name.toLowerCase());
}

/** For the text after which an expression cannot continue. */
export function foreignOperator(rest: string): string | undefined {
  return OPERATORS.find(([pattern]) => pattern.test(rest))?.[1];
}

/** For `object.name(…)`: the function that takes the object as its first argument. */
export function foreignMethod(object: string, name: string, hasArguments: boolean): string | undefined {
  if (object.startsWith('/'))
    return 'there are no regular expressions: write contains(…), startsWith(…) or endsWith(…)';
  if (object === 'Math') return `write ${name}(…)`;
  if (object === 'Date') return 'write timestamp(…)';
  const known = ownEntry(METHODS, name.toLowerCase());
  return known && `write ${known}(${object}${hasArguments ? ', …' : ''})`;
}
