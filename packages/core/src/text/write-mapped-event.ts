import type { EventText, EventTextMap, EventTextValue, WriteEvent } from '../contracts/event-text.js';
import { FixedBytes } from '../contracts/fixed-bytes.js';
import { mapEntry } from './map-entry.js';
import { keepsOrder, writeEntries } from './write-entries.js';

const CLOSING_BRACE = new FixedBytes('}');

/** Writes events as `JSON.stringify` writes the mapped event; undefined if an object would order the names differently. */
export function writeMappedEvent({ event, fields }: EventText): WriteEvent | undefined {
  const [uuid, ...others] = fields;
  if (uuid?.kind !== 'value' || uuid.name !== 'uuid') return undefined;
  if (!keepsOrder(['event', ...fields.map(({ name }) => name)])) return undefined;
  if (!others.every((field) => field.kind === 'value' || keepsOrder(field.names.map(({ name }) => name)))) {
    return undefined;
  }
  const start = new FixedBytes(`{"event":${JSON.stringify(event)},"uuid":`);
  const writeOthers = writeEntries(
    others.map((field) => (field.kind === 'value' ? orNothing(field) : mapEntry(field))),
  );
  return (page, record, output) => {
    output.append(start);
    output.uuidStart = output.length + 1;
    if (!uuid.write(page, record, output)) output.decline();
    else writeOthers(page, record, output);
    output.append(CLOSING_BRACE);
    return undefined;
  };
}

function orNothing({ name, write }: EventTextValue): EventTextMap['names'][number] {
  return { name, omitNull: true, write };
}
