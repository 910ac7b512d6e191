import type { AdapterContext, CallOptions } from '@sluice/core/adapter';
import { SourceDriftError, type PulledSchema, type SchemaEdit } from '@sluice/core/source';
import type { SqlQuery } from '@sluice/postgres';
import type { PullConfig } from './config.js';
import type { FieldDescription, StreamDescription } from './described.js';
import { TIME_TYPES, typesOf } from './drift.js';
import { openTransactions } from './postgres-source.js';
import { readRelation, type ColumnFacts } from './read-columns.js';
import { tableStreams } from './table-stream.js';

/** What the description should say, by the catalogue of the database. */
export async function pullSchema(
  config: PullConfig,
  context: AdapterContext,
  { signal }: CallOptions = {},
): Promise<PulledSchema> {
  const transactions = openTransactions(config, context);
  try {
    const pulled: { edits: SchemaEdit[]; notes: string[] } = { edits: [], notes: [] };
    await transactions.run(async (query) => {
      for (const [name, description] of Object.entries(config.streams ?? {})) {
        const { edits, notes } = await pullStream(query, name, description, transactions.place);
        pulled.edits.push(...edits);
        pulled.notes.push(...notes);
      }
    }, signal);
    return pulled;
  } finally {
    await transactions.close();
  }
}

async function pullStream(
  query: SqlQuery,
  name: string,
  description: StreamDescription,
  place: string,
): Promise<PulledSchema> {
  const edits: SchemaEdit[] = [];
  const notes: string[] = [];
  const [stream] = tableStreams({ [name]: description }).values();
  const relation = stream && (await readRelation(query, stream));
  if (relation === undefined) throw new SourceDriftError(`${place}: there is no table ${stream?.what}`);
  const { fields = {} } = description;
  if (Object.keys(fields).length === 0 && relation.kind === undefined) {
    throw new SourceDriftError(
      `${place}: name the columns of the query of ${name} under \`fields\`, each as \`name: {}\``,
    );
  }
  const put = (path: readonly string[], value: SchemaEdit['value'] | undefined): void => {
    if (value !== undefined) edits.push({ path: [name, ...path], value });
  };
  if (description.doc === undefined) put(['doc'], relation.comment);
  if (description.key === undefined) {
    if (relation.primaryKey.length > 0) put(['key'], relation.primaryKey);
    else notes.push(`${name}: ${stream?.what} has no primary key: write \`key\` yourself`);
  }
  const isNew = Object.keys(fields).length === 0;
  const wanted = isNew ? relation.columns.map(({ name: column }) => newField(column)) : Object.entries(fields);
  const known = new Map(relation.columns.map((column) => [column.name, column]));
  const times = new Set([description.created, description.event ?? description.created]);
  for (const [field, described] of wanted) {
    const column = known.get(described.column ?? field);
    if (column === undefined) {
      notes.push(`${name}.${field}: ${stream?.what} has no column ${described.column ?? field}`);
      continue;
    }
    const isKey = (description.key ?? relation.primaryKey).includes(field);
    if (isNew && described.column !== undefined) put(['fields', field, 'column'], described.column);
    for (const [key, value] of pulledKeys(described, column, isKey)) put(['fields', field, key], value);
    if (times.has(field) && column.nullable === true && described.coalesce === undefined) {
      notes.push(`${name}.${field}: may be null: add \`coalesce\` with another time, or such records are refused`);
    }
  }
  const used = new Set(wanted.map(([field, { column = field }]) => column));
  const unused = relation.columns.filter((column) => !used.has(column.name)).map((column) => column.name);
  if (relation.kind !== undefined && unused.length > 0) {
    notes.push(`${name}: not in the file: ${unused.join(', ')}; add one as \`name: {}\` and pull again`);
  }
  return { edits, notes };
}

/** A field for a column, with a name that a mapping can read. */
function newField(column: string): readonly [name: string, FieldDescription] {
  const name = column.replaceAll(/\W/g, '_').replace(/^(?=\d)|^$/, '_');
  const allowed = name === 'event' ? 'event_' : name;
  return [allowed, { personal: false, ...(allowed !== column && { column }) }];
}

/** What people wrote stays, unless the database contradicts it. A key is text: an id is no quantity. */
function pulledKeys(
  { type, stored, zone, nullable, blankIsNull, doc }: FieldDescription,
  column: ColumnFacts,
  isKey: boolean,
): readonly (readonly [string, SchemaEdit['value'] | undefined])[] {
  const possible = typesOf(column.type);
  const isEpoch = type === 'timestamp' && possible.includes('number');
  const pulled = type !== undefined && (possible.includes(type) || isEpoch) ? type : isKey ? 'text' : possible[0];
  const time = TIME_TYPES[column.type];
  const storedAs = pulled !== 'timestamp' || isEpoch || time === undefined ? undefined : time;
  return [
    ['type', pulled === type ? undefined : pulled],
    [
      'stored',
      isEpoch && stored === undefined ? 'epoch-s' : (stored ?? 'timestamptz') === storedAs ? undefined : storedAs,
    ],
    ['zone', zone === undefined && storedAs === 'timestamp' ? 'UTC' : undefined],
    [
      'nullable',
      blankIsNull || column.nullable === undefined || column.nullable === (nullable ?? true)
        ? undefined
        : column.nullable,
    ],
    ['doc', doc === undefined ? column.comment?.replaceAll(/\s+/g, ' ').trim() : undefined],
  ];
}
