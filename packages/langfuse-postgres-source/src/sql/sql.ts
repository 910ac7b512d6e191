/** What a `?` in a statement stands for. Lists are sent as arrays. */
export type Binding = string | number | readonly string[];

/** SQL with its values apart from it: no value ever becomes part of the text. */
export interface Sql {
  readonly text: string;
  readonly bindings: readonly Binding[];
}

/** Builds a statement: a part that is SQL becomes part of the text, any other value becomes a binding. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | Binding)[]): Sql {
  const pieces = parts.map((part) => (isSql(part) ? part : { text: '?', bindings: [part] }));
  return {
    text: texts.reduce((whole, text, index) => whole + (pieces[index - 1]?.text ?? '') + text),
    bindings: pieces.flatMap((piece) => piece.bindings),
  };
}

/** SQL that is written in this package, such as a column's name. Never for anything that comes from outside. */
export function raw(text: string): Sql {
  return { text, bindings: [] };
}

export const NOTHING = raw('');

export function joined(parts: readonly Sql[], separator: string): Sql {
  return { text: parts.map((part) => part.text).join(separator), bindings: parts.flatMap((part) => part.bindings) };
}

/** Conditions that must all hold; those that are `NOTHING` are left out. */
export function allOf(conditions: readonly Sql[]): Sql {
  return joined(
    conditions.filter((condition) => condition.text !== ''),
    '\n  AND ',
  );
}

/** A moment of a zoneless column, which holds UTC, in whole milliseconds since 1970. */
export function epochMs(column: string): string {
  return `CASE WHEN isfinite(${column}) THEN ${wholeMs(column)} END`;
}

/** Before PostgreSQL 14 an epoch is a double, of which a thousand times may fall just short of a whole number. */
export function wholeMs(moment: string): string {
  return `floor(extract(epoch FROM ${moment})::numeric * 1000)::bigint`;
}

/** As `observations_view` has it. Not by the difference of the times: PostgreSQL refuses that of infinite ones. */
export function secondsBetween(start: string, end: string): string {
  return `(extract(epoch FROM ${end}) - extract(epoch FROM ${start}))::double precision`;
}

function isSql(part: Sql | Binding): part is Sql {
  return typeof part === 'object' && 'text' in part;
}
