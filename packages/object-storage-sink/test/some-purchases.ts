import type { JsonValue } from '@sluice/core/adapter';
import type { EventDescription, MappedEvent, ValueDescription } from '@sluice/core/sink';
import { aUuid, manualRuntime } from '@sluice/testkit';

function a(type: ValueDescription['type'], nullable = true): ValueDescription {
  return { type, nullable };
}

/** Two kinds of events that differ in the type of `reference`. */
export const DESCRIPTIONS: readonly EventDescription[] = [
  {
    event: 'purchase',
    fields: {
      uuid: a('text', false),
      time: a('timestamp', false),
      user: a('text'),
      always_null: a('null'),
      properties: {
        names: {
          price: a('number'),
          note: a('text'),
          paid: a('boolean'),
          due: a('timestamp'),
          tags: a('text[]'),
          cart: a('json'),
          reference: a('text'),
        },
      },
      groups: { names: { company: a('text') } },
    },
  },
  {
    event: 'refund',
    fields: {
      uuid: a('text', false),
      time: a('timestamp', false),
      user: a('text'),
      properties: { names: { price: a('number'), reference: a('number') } },
    },
  },
];

const PRICES = [0, -1, 0.1, 1e-7, 5e-324, 1.7976931348623157e308, Number.MAX_SAFE_INTEGER, -123.456, 1e21];
const NOTES = ['', 'plain', 'größer 😀 漢字', '"quoted"\\ and\nbroken\tlines', 'nul\u0000 inside', 'long '.repeat(400)];
const CARTS: readonly JsonValue[] = [{}, [], { a: [1, null, { b: 'ü' }], 'x y': true }, 'text', 0, false, [[['deep']]]];

/** Seeded: the same in every run. The first two days of 2026, at whole milliseconds up to the last one of a day. */
export function somePurchases(count: number): readonly MappedEvent[] {
  const { random } = manualRuntime({ seed: 7 });
  const oneOf = <T>(items: readonly T[]): T | null =>
    random() < 0.2 ? null : (items[Math.floor(random() * items.length)] ?? null);
  const aTime = (): string => new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 2 * 86_400_000)).toISOString();
  return Array.from({ length: count }, (_, index): MappedEvent => {
    const common = {
      uuid: aUuid(index),
      time: index === 0 ? '2026-01-01T23:59:59.999Z' : aTime(),
      user: oneOf(['u1', 'ü2']),
    };
    if (index % 3 === 2) {
      return { event: 'refund', ...common, properties: { price: oneOf(PRICES), reference: oneOf([1, 2.5]) } };
    }
    return {
      event: 'purchase',
      ...common,
      properties: {
        price: oneOf(PRICES),
        note: oneOf(NOTES),
        paid: oneOf([true, false]),
        due: oneOf(['2026-02-28T12:00:00.001Z', '1969-12-31T23:59:59.999Z', '9999-12-31T00:00:00.000Z']),
        tags: oneOf([[], ['one'], ['b', 'ä', '']]),
        cart: oneOf(CARTS),
        reference: oneOf(['R-1', 'R-2']),
      },
      groups: { company: oneOf(['acme']) },
    };
  });
}
