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

/** SQL as it is, such as the name of a column. Never pass it a value from outside: quote a name with `identifier`. */
export function raw(text: string): Sql {
  return { text, bindings: [] };
}

/** A name, quoted whatever is in it. */
export function identifier(name: string): string {
  return unmarked(`"${name.replaceAll('"', '""')}"`);
}

/** A name that may have a schema in front of it, as a list of its parts. */
export function qualified(parts: readonly string[]): string {
  return parts.map(identifier).join('.');
}

/** A text as SQL writes it, for what takes no binding. */
export function literal(text: string): string {
  return unmarked(`'${text.replaceAll("'", "''")}'`);
}

/** SQL in which a `?` is not the place of a value. */
export function unmarked(text: string): string {
  return text.replaceAll('?', String.raw`\?`);
}

/** The text that `unmarked` was made of, for what takes it as a value or is printed. */
export function marked(text: string): string {
  return text.replaceAll(String.raw`\?`, '?');
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
