import type { EventTextMap, WriteValue } from '../contracts/event-text.js';
import { FixedBytes } from '../contracts/fixed-bytes.js';
import { writeEntries } from './write-entries.js';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = new FixedBytes('}');

/** A map of an event as one value, an object. */
export function mapEntry({ name, nulls, names }: EventTextMap): EventTextMap['names'][number] {
  const entries = writeEntries(names);
  const write: WriteValue = (page, record, output) => {
    const start = output.length;
    entries(page, record, output);
    if (output.length === start) {
      if (nulls === 'omitted') return false;
      output.write('{}');
      return true;
    }
    output.bytes[start] = OPENING_BRACE;
    output.append(CLOSING_BRACE);
    return true;
  };
  return { name, omitNull: true, write };
}
