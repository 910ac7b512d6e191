import { createHash } from 'node:crypto';
import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';

/** A uuid (version 8) for a number: the same in every run. */
export function aUuid(number: number): string {
  const hex = createHash('sha256').update(`sluice testkit ${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An event with some fields replaced; `undefined` leaves a field out. */
export function anEvent(overrides: Readonly<Record<string, JsonValue | undefined>> = {}): MappedEvent {
  return {
    event: 'trace finished',
    uuid: aUuid(0),
    distinct_id: 'user-1',
    timestamp: '2026-01-15T09:00:00.000Z',
    anonymous: false,
    set: {},
    properties: { trace_id: 'trace-1', cost_usd: 0.25 },
    ...overrides,
  };
}

/** Events that differ only in uuid and id. */
export function someEvents(
  count: number,
  overrides: Readonly<Record<string, JsonValue | undefined>> = {},
): readonly MappedEvent[] {
  return Array.from({ length: count }, (_, index) =>
    anEvent({ uuid: aUuid(index), properties: { trace_id: `trace-${index}` }, ...overrides }),
  );
}
