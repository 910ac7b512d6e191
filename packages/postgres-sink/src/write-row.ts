import {
  FixedBytes,
  keepsOrder,
  mapEntry,
  writeEntries,
  type EventText,
  type EventTextMap,
  type WriteEvent,
} from '@sluice/core/text';
import { PROPERTIES, type TableColumns } from './table-columns.js';

const CLOSING_BRACE = new FixedBytes('}');

/** What begins an escape that a row may not have, and a few that it may: `encodeRow` tells them apart. */
const UNICODE_ESCAPE = String.raw`\u`;

type Entries = EventTextMap['names'];

/** Writes the rows of events as `encodeRow` does; undefined for events whose row JavaScript would order otherwise. */
export function writeRow({ event, fields }: EventText, { ofField, ofProperty }: TableColumns): WriteEvent | undefined {
  const [uuid, ...others] = fields;
  if (uuid?.kind !== 'value' || uuid.name !== 'uuid') return undefined;
  const own = others.filter(({ name }) => name !== PROPERTIES);
  const properties = others.find(({ name }) => name === PROPERTIES);
  if (properties?.kind === 'value') return undefined;
  if (!own.every((field) => field.kind === 'value' || keepsOrder(field.names.map(({ name }) => name))))
    return undefined;
  const entries = inColumns(own.map(entryOf), ofField);
  const ofProperties = inColumns(properties?.names ?? [], ofProperty);
  if (entries === undefined || ofProperties === undefined) return undefined;
  const all = [...entries, ...ofProperties];
  if (!keepsOrder(['event', 'uuid', ...all.map(({ name }) => name)])) return undefined;
  const start = new FixedBytes(`{"event":${JSON.stringify(event)},"uuid":`);
  const write = writeEntries(all);
  return (page, record, output) => {
    output.append(start);
    output.uuidStart = output.length + 1;
    if (!uuid.write(page, record, output)) output.decline();
    else write(page, record, output);
    output.append(CLOSING_BRACE);
    if (output.bytes.subarray(output.start, output.length).includes(UNICODE_ESCAPE)) output.decline();
    return undefined;
  };
}

function entryOf(field: EventText['fields'][number]): Entries[number] {
  return field.kind === 'map' ? mapEntry(field) : { name: field.name, omitNull: true, write: field.write };
}

/** Under the names of their columns; undefined if one has none. */
function inColumns(entries: Entries, columns: ReadonlyMap<string, string>): Entries | undefined {
  const named = entries.flatMap((entry) => {
    const name = columns.get(entry.name);
    return name === undefined ? [] : [{ ...entry, name }];
  });
  return named.length === entries.length ? named : undefined;
}
