import type { EncodedEvent } from '../../contracts/sink.js';
import { textIdentity } from '../../text/text-identity.js';
import { WrittenEvent } from './written-event.js';

/**
 * A number for the uuid of an event. That different events share one only costs a smaller batch or a short wait, and is
 * rare: once in billions.
 */
export function uuidIdentity(event: EncodedEvent): number {
  return event instanceof WrittenEvent ? event.uuidIdentity : textIdentity(event.uuid);
}

/** The same for the id of an event: its uuid and its name. */
export function idIdentity(event: EncodedEvent): number {
  if (event instanceof WrittenEvent) return event.idIdentity;
  return textIdentity(event.uuid) ^ textIdentity(event.id.slice(event.uuid.length + 1));
}
