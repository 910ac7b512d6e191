import type { DeadLetter } from '../../contracts/dead-letter.js';
import type { MappedEvent } from '../../contracts/event.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { RecordPage } from '../../contracts/source.js';

/** Maps the position of a dead letter to its event, for sources that cannot return a record by key. */
export function storedEventsMapper(stream: string, letters: readonly DeadLetter[]): StreamMapper {
  const events = letters.map(({ event }) => event);
  return {
    stream,
    fields: [],
    map: ([index]) => {
      const event: MappedEvent | undefined = typeof index === 'number' ? events[index] : undefined;
      return { kind: 'events', events: event === undefined ? [] : [event] };
    },
  };
}

/** One row for each dead letter that has an event. */
export function storedEventsPage(letters: readonly DeadLetter[]): RecordPage {
  const sendable = letters.map((letter, index) => ({ letter, index })).filter(({ letter }) => letter.event);
  return {
    part: 'asked',
    rows: sendable.map(({ index }) => [index]),
    keys: sendable.map(({ letter }) => letter.key),
    createdAt: sendable.map(({ letter }) => letter.at),
    cursors: sendable.map(({ letter }) => letter.id),
  };
}
