import type { EventText } from '../../contracts/event-text.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent, Sink } from '../../contracts/sink.js';
import type { Source } from '../../contracts/source.js';
import type { PageText } from '../../contracts/page-text.js';
import type { DeliveryLine } from './delivery-line.js';
import { textIdentity } from '../../text/text-identity.js';
import { WrittenEvent } from './written-event.js';

/** What a path needs of the line of a run. */
export type WritingLine = Pick<DeliveryLine, 'output' | 'chunks'> & {
  readonly sink: Pick<Sink, 'encode' | 'textWriter'>;
};

/** Writes the event of a record; undefined if the record must be mapped and its events encoded. */
export type WriteRecord = (page: PageText, record: number) => EncodedEvent | undefined;

/** Why the events of a stream do not go from text to text; undefined if they do. */
export function textObstacle(
  { eventText, holds }: StreamMapper,
  { source, sink }: { readonly source: Source; readonly sink: Sink },
): string | undefined {
  if (source.givesText !== true) return 'the source gives its records as values only';
  if (holds === true) return 'its records are held until they are final';
  if (eventText === undefined) return 'a record can become several events';
  return sink.textWriter?.(eventText) === undefined ? 'the sink takes such events as objects only' : undefined;
}

/** The text path from a mapping to a sink; undefined if one of them has none. */
export function textPath({ eventText }: StreamMapper, line: WritingLine): WriteRecord | undefined {
  const write = eventText && line.sink.textWriter?.(eventText);
  return write && pathOf(eventText, write, line);
}

function pathOf(
  { event, includes }: EventText,
  write: NonNullable<ReturnType<NonNullable<Sink['textWriter']>>>,
  { output, chunks }: WritingLine,
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
    const written = new WrittenEvent(name, chunks.current, output, time);
    output.end();
    return written;
  };
}
