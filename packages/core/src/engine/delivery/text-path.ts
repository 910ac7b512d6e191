import type { EventText } from '../../contracts/event-text.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent, Sink } from '../../contracts/sink.js';
import type { PageText } from '../../contracts/page-text.js';
import type { TextOutput } from '../../contracts/text-output.js';
import { textIdentity } from './text-identity.js';
import { WrittenEvent } from './written-event.js';

/** Writes the event of a record; undefined if the record must be mapped and its events encoded. */
export type WriteRecord = (page: PageText, record: number) => EncodedEvent | undefined;

/** The text path from a mapping to a sink; undefined if one of them has none. */
export function textPath({ eventText }: StreamMapper, sink: Sink, output: TextOutput): WriteRecord | undefined {
  const write = eventText && sink.textWriter?.(eventText);
  return write && pathOf(eventText, write, output);
}

function pathOf(
  { event, includes }: EventText,
  write: NonNullable<ReturnType<NonNullable<Sink['textWriter']>>>,
  output: TextOutput,
): WriteRecord {
  const name = { text: event, identity: textIdentity(event) };
  return (page, record) => {
    if (!includes(page, record)) return undefined;
    output.begin();
    const time = write(page, record, output);
    if (output.isDeclined) {
      output.discard();
      return undefined;
    }
    const { bytes, start, length: end, uuidStart } = output;
    return new WrittenEvent(name, bytes, { start, end, uuidStart }, time);
  };
}
