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
  if (description.doc === undefined) put(['doc'], oneLine(relation.comment));
  const isNew = Object.keys(fields).length === 0;
  const wanted = isNew ? newFields(relation.columns) : Object.entries(fields);
  const fieldOf = new Map(wanted.map(([field, { column = field }]) => [column, field]));
  const primaryKey = relation.primaryKey.map((column) => fieldOf.get(column));
  const key = description.key ?? primaryKey.filter((field) => field !== undefined);
  if (description.key === undefined) {
    if (primaryKey.length === 0) notes.push(`${name}: ${stream?.what} has no primary key: write \`key\` yourself`);
    else if (key.length === primaryKey.length) put(['key'], key);
    else {
      const columns = relation.primaryKey.join(', ');
      notes.push(`${name}: the primary key is ${columns}: add it under \`fields\` and pull again, or write \`key\``);
    }
  }
  const known = new Map(relation.columns.map((column) => [column.name, column]));
  const times = new Set([description.created, description.event ?? description.created]);
  for (const [field, described] of wanted) {
    const column = known.get(described.column ?? field);
    if (column === undefined) {
      notes.push(`${name}.${field}: ${stream?.what} has no column ${described.column ?? field}`);
      continue;
    }
    const isKey = key.includes(field);
    if (isNew && described.column !== undefined) put(['fields', field, 'column'], described.column);
    for (const [part, value] of pulledKeys(described, column, isKey)) put(['fields', field, part], value);
    if (times.has(field) && column.nullable === true && described.coalesce === undefined) {
      notes.push(`${name}.${field}: may be null: add \`coalesce\` with another time, or such records are refused`);
    }
  }
  const unused = relation.columns.filter((column) => !fieldOf.has(column.name)).map((column) => column.name);
  if (relation.kind !== undefined && unused.length > 0) {
    notes.push(`${name}: not in the file: ${unused.join(', ')}; add one as \`name: {}\` and pull again`);
  }
  return { edits, notes };
}

/** A field for each column, with a name of its own that a mapping can read. */
function newFields(columns: readonly ColumnFacts[]): readonly (readonly [name: string, FieldDescription])[] {
  const taken = new Set(columns.map(({ name }) => name));
  return columns.map(({ name: column }) => {
    const readable = readableName(column);
    if (readable === column) return [column, { personal: false }];
    let name = readable;
    for (let number = 2; taken.has(name); number += 1) name = `${readable}_${number}`;
    taken.add(name);
    return [name, { personal: false, column }];
  });
}

function readableName(column: string): string {
  const name = column.replaceAll(/\W/g, '_').replace(/^(?=\d)|^$/, '_');
  return /^(?:event|true|false|null|undefined)$/.test(name) ? `${name}_` : name;
}

function oneLine(comment: string | undefined): string | undefined {
  return comment?.replaceAll(/\s+/g, ' ').trim();
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
    ['doc', doc === undefined ? oneLine(column.comment) : undefined],
  ];
}
