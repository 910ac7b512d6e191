import { eventId } from '../../contracts/event.js';
import type { StateReader } from '../../contracts/state-store.js';

/** Which records and events the ledger knows not to have been delivered. */
export interface NotExpected {
  record(stream: string, key: string): boolean;
  /** By the engine's id of the event: see `eventId`. */
  event(id: string): boolean;
}

/** Held records, open dead letters, and those of the last closed ones that were discarded. */
export async function notExpected(reader: Pick<StateReader, 'read' | 'deadLetters'>): Promise<NotExpected> {
  const { held, closedDeadLetters } = await reader.read();
  const discarded = closedDeadLetters.filter(({ how }) => how === 'discarded');
  const records = new Set([...held, ...discarded].map(({ stream, key }) => nameOf(stream, key)));
  const events = new Set<string>();
  for await (const { stream, key, event } of reader.deadLetters()) {
    if (event === undefined) records.add(nameOf(stream, key));
    else events.add(eventId(event));
  }
  return {
    record: (stream, key) => records.has(nameOf(stream, key)),
    event: (id) => events.has(id),
  };
}

function nameOf(stream: string, key: string): string {
  return JSON.stringify([stream, key]);
}
