import pg from 'pg';
import type { Value } from './database.js';
import { fillPlaces } from './fill-places.js';

/**
 * The statement with its values written where the `?` are, except after a backslash, for COPY, which takes no parameters. Each value becomes a
 * literal without a type, as a parameter has none.
 */
export function withLiterals(text: string, values: readonly Value[]): string {
  let used = 0;
  const written = fillPlaces(text, (index) => {
    used += 1;
    return literal(values[index] ?? null);
  });
  if (used !== values.length) throw new Error(`${values.length} values for ${used} places`);
  return written;
}

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return `ARRAY[${value.map(literal).join(', ')}]::text[]`;
  const text = String(value);
  // It would end the statement. The server says the same of a parameter.
  if (text.includes('\0')) {
    throw Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: '22021' });
  }
  return pg.escapeLiteral(text);
}
