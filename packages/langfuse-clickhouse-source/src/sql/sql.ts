/** A value in a statement. Lists become `('a', 'b')`. */
type Value = string | number | readonly string[];

/** SQL in which every value is a literal: values never travel in the URL, whose length proxies limit. */
export interface Sql {
  readonly text: string;
}

/** Builds a statement: SQL becomes part of the text as it is, any other value as a literal. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | Value)[]): Sql {
  const pieces = parts.map((part) => (isSql(part) ? part.text : literal(part)));
  return raw(texts.reduce((whole, text, index) => whole + (pieces[index - 1] ?? '') + text));
}

/** SQL that is written in this package, such as a column name. Never pass it a value from outside. */
export function raw(text: string): Sql {
  return { text };
}

export const NOTHING = raw('');

export function joined(parts: readonly Sql[], separator: string): Sql {
  return raw(parts.map(({ text }) => text).join(separator));
}

/** Conditions that must all hold, without those that are `NOTHING`; `1` if there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  const given = conditions.filter(({ text }) => text !== '');
  return given.length === 0 ? raw('1') : joined(given, '\n  AND ');
}

/** A value as ClickHouse reads it. */
export function literal(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
  return `(${value.map(literal).join(', ')})`;
}

/** A name as ClickHouse reads it. */
export function identifier(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, String.raw`\$&`)}\``;
}

function isSql(part: Sql | Value): part is Sql {
  return typeof part === 'object' && 'text' in part;
}
