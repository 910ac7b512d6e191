import { keepsOrder, writeEntries, type EventText, type EventTextMap, type WriteEvent } from '@sluice/core/text';
import { PROPERTIES, type TableColumns } from './table-columns.js';

const CLOSING_BRACE = Buffer.from('}');

/** What begins an escape that a row may not have, and a few that it may: `encodeRow` tells them apart. */
const UNICODE_ESCAPE = String.raw`\u`;

/** Writes the rows of events as `encodeRow` does; undefined for events with a map that is one column. */
export function writeRow({ event, fields }: EventText, { ofField, ofProperty }: TableColumns): WriteEvent | undefined {
  const [uuid, ...others] = fields;
  if (uuid?.kind !== 'value' || uuid.name !== 'uuid') return undefined;
  const entries: EventTextMap['names'][number][] = [];
  const properties: EventTextMap['names'][number][] = [];
  for (const field of others) {
    const names = field.kind === 'map' ? field.names : [{ ...field, omitNull: true }];
    if (field.kind === 'map' && field.name !== PROPERTIES) return undefined;
    for (const each of names) {
      const column = (field.kind === 'map' ? ofProperty : ofField).get(each.name);
      if (column === undefined) return undefined;
      (field.kind === 'map' ? properties : entries).push({ ...each, name: column });
    }
  }
  const all = [...entries, ...properties];
  if (!keepsOrder(['event', 'uuid', ...all.map(({ name }) => name)])) return undefined;
  const start = Buffer.from(`{"event":${JSON.stringify(event)},"uuid":`);
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
