import type { EventDescription, ValueDescription } from '@sluice/core/sink';
import type { CheckedEvent, CheckedName, CheckedValue } from '../check/checked-event.js';

/** The types of an event's values, as the checker found them. */
export function describeEvent({ name, doc, fields }: CheckedEvent): EventDescription {
  return {
    event: name,
    ...(doc !== undefined && { doc }),
    fields: Object.fromEntries(
      fields.map((field) => [
        field.name,
        field.kind === 'map'
          ? { names: Object.fromEntries(field.names.map((each) => [each.name, describeValue(each, true)])) }
          : describeValue(field, !field.required),
      ]),
    ),
  };
}

function describeValue({ doc, expression }: CheckedValue | CheckedName, mayBeNull: boolean): ValueDescription {
  const { name, unit, nullable } = expression.type;
  return {
    type: name === 'invalid' ? 'null' : name,
    ...(unit && { unit }),
    nullable: nullable && mayBeNull,
    ...(doc !== undefined && { doc }),
  };
}
