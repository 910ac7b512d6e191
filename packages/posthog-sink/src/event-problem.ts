import type { Instant, JsonValue } from '@sluice/core/adapter';
import type { MappedEvent, Rejection } from '@sluice/core/sink';

/** In bytes of UTF-8. v1 drops longer names, and v0 cuts them. */
const MAX_NAME_BYTES = 200;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Why PostHog would never accept an event of this name; undefined when it would. */
export function nameProblem(name: string): Rejection | undefined {
  if (name.trim() === '') return rejected('missing-event-name', 'the event has no name');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return rejected('event-name-too-long', `the name of the event is longer than ${MAX_NAME_BYTES} bytes`);
  }
  if (name === '$performance_event') {
    return rejected('reserved-event-name', 'PostHog discards every event named $performance_event');
  }
  return undefined;
}

/** Why PostHog would never accept an event, on either protocol; undefined when it would. */
export function eventProblem(event: MappedEvent): Rejection | undefined {
  const problem = nameProblem(event.event);
  if (problem !== undefined) return problem;
  if (hyphenatedUuid(event.uuid) === undefined) return rejected('invalid-uuid', 'the uuid is not a hyphenated UUID');
  if (typeof event['distinct_id'] !== 'string') return rejected('missing-distinct-id', 'distinct_id is not text');
  if (instantOf(event['timestamp']) === undefined) {
    return rejected('invalid-timestamp', 'timestamp is not an ISO 8601 time of the years 0 to 9999');
  }
  return undefined;
}

/** A hyphenated UUID that is not nil, in lower case; undefined for everything else. */
export function hyphenatedUuid(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || !UUID.test(value) || value === NIL_UUID) return undefined;
  return value.toLowerCase();
}

export function instantOf(value: JsonValue | undefined): Instant | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const instant = Date.parse(value);
  if (Number.isNaN(instant)) return undefined;
  const year = new Date(instant).getUTCFullYear();
  return year >= 0 && year <= 9999 ? instant : undefined;
}

function rejected(reason: string, detail: string): Rejection {
  return { kind: 'rejected', reason, detail };
}
