import pg from 'pg';
import type { Value } from './database.js';

/**
 * The statement with its values written where the `?` are, for COPY, which takes no parameters. Each value becomes a
 * literal without a type, as a parameter has none.
 */
export function withLiterals(text: string, values: readonly Value[]): string {
  const parts = text.split('?');
  if (parts.length !== values.length + 1) throw new Error(`${values.length} values for ${parts.length - 1} places`);
  return parts.map((part, index) => (index === 0 ? part : literal(values[index - 1] ?? null) + part)).join('');
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
