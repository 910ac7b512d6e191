import { mayBeSecret } from './hide-passwords.js';

const KEY = /^[ \t]*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s'"#:][^:]*?)[ \t]*:[ \t]+/u;
const MAX_LINE = 4_000;
const MAX_SUGGESTION = 200;

/** The rest of a line. */
export function lineFrom(text: string, start: number): string {
  return /[^\r\n]*/u.exec(text.slice(start, start + MAX_LINE))?.[0] ?? '';
}

/** Where the value begins on the line of an offset, if the line is `key: value`. */
export function valueStart(text: string, offset: number): number | undefined {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  const before = lineFrom(text, line).slice(0, offset - line);
  // YAML reads this as a quoted text, inside a flow map too.
  const quoted = /(?:"[^"]*"|'[^']*')\s*$/u.exec(before)?.index;
  if (quoted !== undefined) return line + quoted;
  const key = KEY.exec(before)?.[0];
  return key === undefined || key.length === before.length ? undefined : line + key.length;
}

/** The help for a value that must be quoted, which begins at an offset. */
export function quoteValue(text: string, start: number, place?: 'in a flow'): string {
  const value = valueFrom(lineFrom(text, start), place !== undefined);
  if (value === '' || value.length > MAX_SUGGESTION || mayBeSecret(text, start, value)) return 'quote the whole value';
  const quoted = /["\\]/u.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
  return `quote the whole value: ${quoted}`;
}

/** A value ends at a comment; inside a flow map or list, at its comma or bracket. */
function valueFrom(line: string, isInFlow: boolean): string {
  const rest = line.replace(/\s+#.*$/u, '');
  let depth = 0;
  let comma: number | undefined;
  for (let index = 0; index < rest.length; index += 1) {
    const character = rest.charAt(index);
    if ('([{'.includes(character)) depth += 1;
    if (character === ',' && depth === 0) comma ??= index;
    if (!')]}'.includes(character)) continue;
    depth -= 1;
    if (depth < 0) return rest.slice(0, comma ?? index).trimEnd();
  }
  return (isInFlow ? rest.slice(0, comma) : rest).trimEnd();
}
