/** The value of a `?` in a statement. Lists are sent as arrays. */
export type Binding = string | number | readonly string[];

/** SQL and its values, which never become part of the text. */
export interface Sql {
  readonly text: string;
  readonly bindings: readonly Binding[];
}

/** Builds a statement: SQL becomes part of the text, and any other value a binding. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | Binding)[]): Sql {
  const pieces = parts.map((part) => (isSql(part) ? part : { text: '?', bindings: [part] }));
  return {
    text: texts.reduce((whole, text, index) => whole + (pieces[index - 1]?.text ?? '') + text),
    bindings: pieces.flatMap((piece) => piece.bindings),
  };
}

/** SQL that is written in this package, such as a column name. Never pass it a value from outside. */
export function raw(text: string): Sql {
  return { text, bindings: [] };
}

export const NOTHING = raw('');

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { text: parts.map((part) => part.text).join(separator), bindings: parts.flatMap((part) => part.bindings) };
}

/** Conditions that must all hold, without those that are `NOTHING`. */
export function allOf(conditions: readonly Sql[]): Sql {
  return joined(
    conditions.filter((condition) => condition.text !== ''),
    '\n  AND ',
  );
}

function isSql(part: Sql | Binding): part is Sql {
  return typeof part === 'object' && 'text' in part;
}
