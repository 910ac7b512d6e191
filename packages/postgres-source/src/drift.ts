import type { FieldType } from '@sluice/core/source';
import type { ColumnFacts, RelationFacts } from './read-columns.js';
import type { TableField, TableStream } from './table-stream.js';

const WHOLE_BITS: Readonly<Record<string, number>> = { smallint: 16, integer: 32, bigint: 64 };
const NUMBERS: readonly string[] = [...Object.keys(WHOLE_BITS), 'numeric', 'real', 'double precision'];

/** How a type of the database stores a time, by its name. */
export const TIME_TYPES: Readonly<Record<string, 'timestamptz' | 'timestamp' | 'date'>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  date: 'date',
};

/** How the description of a stream differs from the database, in one line each. */
export function driftOf(stream: TableStream, relation: RelationFacts | undefined): readonly string[] {
  const { what, description } = stream;
  if (relation === undefined) return [`there is no table ${what}`];
  const columns = new Map(relation.columns.map((column) => [column.name, column]));
  const found = [...stream.fields.values()].flatMap((field) => {
    const column = columns.get(field.column);
    if (column === undefined) {
      return [`${what} has no column ${field.column}`];
    }
    if (fits(field, column)) return [];
    const { stored = 'timestamptz' } = field.description;
    const described = field.type === 'timestamp' ? `timestamp, stored as ${stored}` : field.type;
    return [`${what}.${column.name} is ${column.type}, but described as ${described}`];
  });
  const times = new Set([description.created, description.event ?? description.created]);
  const nullable = [...times].flatMap((name) => {
    const field = stream.fields.get(name);
    const column = field && columns.get(field.column);
    if (field === undefined || column?.nullable !== true || field.description.coalesce !== undefined) return [];
    return [`${what}.${column.name} may be null, and such records would never be read: add \`coalesce\` to ${name}`];
  });
  return [...found, ...nullable];
}

function fits({ type, description }: TableField, column: ColumnFacts): boolean {
  if (type === 'timestamp') return storesOf(column.type).includes(description.stored ?? 'timestamptz');
  return typesOf(column.type).includes(type);
}

function storesOf(type: string): readonly string[] {
  const stored = TIME_TYPES[type];
  if (stored !== undefined) return [stored];
  return NUMBERS.includes(type) ? ['epoch-s', 'epoch-ms'] : [];
}

/** The types that a field of such a column can have, the best first. Any value can be read as its text. */
export function typesOf(type: string): readonly FieldType[] {
  if (NUMBERS.includes(type)) return ['number', 'text', 'json'];
  if (type === 'boolean') return ['boolean', 'text', 'json'];
  if (TIME_TYPES[type] !== undefined) return ['timestamp', 'text', 'json'];
  if (type === 'json' || type === 'jsonb') return ['json', 'text', 'text[]'];
  if (type.endsWith('[]'))
    return /^(?:text|character|uuid|citext|name)/.test(type) ? ['text[]', 'json', 'text'] : ['json', 'text[]', 'text'];
  return ['text', 'json'];
}

/** How the texts of a key are compared with its column. */
export interface KeyType {
  /** As SQL names it; undefined where the column is compared as text, which uses no index. */
  readonly type: string | undefined;
  /** Whether a text is a value of the type: any other would fail the statement. */
  readonly accepts: (text: string) => boolean;
}

export function keyTypeOf(type: string | undefined): KeyType {
  const bits = type === undefined ? undefined : WHOLE_BITS[type];
  if (bits !== undefined) {
    return { type, accepts: (text) => /^-?\d{1,19}$/.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text) };
  }
  if (type === 'uuid') return { type, accepts: (text) => /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text) };
  const isText = type === 'text' || type === 'character varying';
  return { type: isText ? type : undefined, accepts: (text) => !text.includes('\0') };
}
