import { isMapDescription, type EventDescription, type ValueDescription } from '@sluice/core/sink';
import { ColumnNames } from './column-name.js';

export type ColumnType =
  'text' | 'uuid' | 'double precision' | 'numeric' | 'boolean' | 'timestamptz' | 'text[]' | 'jsonb';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** What the column holds, for who reads the table. */
  readonly doc?: string | undefined;
}

/** The columns that a mapping needs, and which value goes where. */
export interface TableColumns {
  /** All of them, in the order of the table. */
  readonly all: readonly Column[];
  /** The column of a field of the events, by its name. */
  readonly ofField: ReadonlyMap<string, string>;
  /** The column of a property, by its name. */
  readonly ofProperty: ReadonlyMap<string, string>;
}

/** The map whose names become columns. */
export const PROPERTIES = 'properties';

const COLUMN_TYPES = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  'text[]': 'text[]',
  json: 'jsonb',
} as const satisfies Record<Exclude<ValueDescription['type'], 'null'>, ColumnType>;

const MONEY = new Set(['usd', 'cents']);

/** Fields come before properties, so that a property never takes the column of a field. */
export function tableColumns(events: readonly EventDescription[]): TableColumns {
  const fields = new Map<string, ValueDescription[]>();
  const properties = new Map<string, ValueDescription[]>();
  for (const event of events) {
    for (const [name, field] of Object.entries(event.fields)) {
      if (name === 'uuid' || name === 'event') continue;
      if (!isMapDescription(field)) add(fields, name, field);
      else if (name !== PROPERTIES) add(fields, name, { type: 'json', nullable: true });
      else for (const [property, value] of Object.entries(field.names)) add(properties, property, value);
    }
  }
  const names = new ColumnNames();
  const ofFields = columnsOf(fields, 'field_', names);
  const ofProperties = columnsOf(properties, 'property_', names);
  return {
    all: [
      { name: 'event', type: 'text', doc: 'the name of the event' },
      { name: 'uuid', type: 'uuid', doc: 'with the name, what identifies the event' },
      ...ofFields.map(({ column }) => column),
      ...ofProperties.map(({ column }) => column),
      { name: PROPERTIES, type: 'jsonb', doc: 'values that have no column' },
    ],
    ofField: new Map(ofFields.map(({ of, column }) => [of, column.name])),
    ofProperty: new Map(ofProperties.map(({ of, column }) => [of, column.name])),
  };
}

function add(to: Map<string, ValueDescription[]>, name: string, value: ValueDescription): void {
  const known = to.get(name);
  if (known === undefined) to.set(name, [value]);
  else known.push(value);
}

function columnsOf(
  described: ReadonlyMap<string, readonly ValueDescription[]>,
  prefix: string,
  names: ColumnNames,
): readonly { readonly of: string; readonly column: Column }[] {
  return [...described].map(([of, values]) => {
    const column = { name: names.take(of, prefix), type: columnType(values), doc: docOf(values) };
    return { of, column };
  });
}

/** Values of different types share a column that takes any. */
function columnType(values: readonly ValueDescription[]): ColumnType {
  const types = new Set(values.map(({ type }) => type).filter((type) => type !== 'null'));
  const [type = 'text'] = types;
  if (types.size > 1) return 'jsonb';
  // Sums of money must not gather the errors of binary fractions.
  if (values.some(({ unit }) => unit !== undefined && MONEY.has(unit))) return 'numeric';
  return COLUMN_TYPES[type];
}

function docOf(values: readonly ValueDescription[]): string | undefined {
  const docs = new Set(values.flatMap(({ doc }) => doc ?? []));
  const units = new Set(values.flatMap(({ unit }) => unit ?? []));
  const [doc, unit] = [[...docs].join(' '), [...units].join(', ')];
  if (doc === '') return unit === '' ? undefined : `in ${unit}`;
  return unit === '' ? doc : `${doc} (${unit})`;
}
