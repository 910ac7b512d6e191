import { createHash } from 'node:crypto';
import type { EncodedEvent } from '@sluice/core/sink';

/** The namespace of the ids of requests, for this sink alone. */
const NAMESPACE = Buffer.from('5b1c3d0e6d0f4b2f9c3a8a6d2f70e1c4', 'hex');

/** The same for every attempt with the same events, whatever their order: a uuid (version 5) of their ids. */
export function webhookId(events: readonly Pick<EncodedEvent, 'id'>[]): string {
  const ids = events.map(({ id }) => id).toSorted();
  const bytes = createHash('sha1').update(NAMESPACE).update(JSON.stringify(ids)).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
