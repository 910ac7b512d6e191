/** What people write who know another language, and what it is called here. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  coalesce: 'Write a ?? b.',
  default: 'Write a ?? b.',
  ifnull: 'Write a ?? b.',
  nvl: 'Write a ?? b.',
  if: 'Write a ? b : c, in quotes.',
  iff: 'Write a ? b : c, in quotes.',
  len: 'Write length(…).',
  size: 'Write length(…).',
  count: 'Write length(…).',
  str: 'Write text(…).',
  string: 'Write text(…).',
  tostring: 'Write text(…).',
  int: 'Write number(…), and floor(…) or round(…).',
  float: 'Write number(…).',
  parsefloat: 'Write number(…).',
  date: 'Write timestamp(…), or isoDate(…) for the text of a day.',
  substr: 'Write substring(value, from, until).',
  slice: 'Write substring(value, from, until).',
  includes: 'Write contains(value, part).',
  format: 'Write concat(…).',
  hash: 'Write sha256(…), or pseudonym(x, salt) for personal data.',
  md5: 'Write sha256(…), or pseudonym(x, salt) for personal data.',
  now: 'A mapping has no clock: the same record gives the same event at any time.',
  today: 'A mapping has no clock: the same record gives the same event at any time.',
  random: 'A mapping has no chance: the same record gives the same event at any time.',
  env: 'Declare a parameter under `params`; the pipeline file gives it as ${NAME}.',
};

const NAMES: Readonly<Record<string, string>> = {
  undefined: 'What is not there is `null`.',
  none: 'What is not there is `null`.',
  nil: 'What is not there is `null`.',
  nan: 'What is no number is `null`.',
};

const OPERATORS: readonly (readonly [pattern: RegExp, help: string])[] = [
  [/^and\b/u, 'Write `&&`.'],
  [/^or\b/u, 'Write `||`.'],
  [/^(?:is|eq)\b/u, 'Write `==`.'],
  [/^if\b/u, 'Write a ? b : c, in quotes.'],
  [/^=(?!=)/u, 'Compare with `==`.'],
  [/^<>/u, 'Write `!=`.'],
  [/^\|(?!\|)/u, 'A function takes the value as its first argument: upper(name).'],
];

export function foreignFunction(name: string): string | undefined {
  return own(FUNCTIONS, name);
}

export function foreignName(name: string): string | undefined {
  return own(NAMES, name);
}

/** What stands where an expression does not go on. */
export function foreignOperator(rest: string): string | undefined {
  return OPERATORS.find(([pattern]) => pattern.test(rest))?.[1];
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
