import { expect } from 'chai';
import type { MappedEvent } from '@sluice/core/sink';
import type { FieldType } from '@sluice/core/source';
import { posthogSchema, VOCABULARY } from './posthog-schema.js';

const ISO = /^(?:[+-]\d{6}|\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u;

/** Expects an event to be plain JSON that follows the sink's schema. */
export function expectEvent(event: MappedEvent): void {
  expect(JSON.parse(JSON.stringify(event)), 'plain JSON').to.deep.equal(withoutNegativeZero(event));
  const { event: name, uuid, ...fields } = event;
  expect(name).to.be.a('string');
  expect(uuid).to.match(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
  for (const [key, field] of Object.entries(posthogSchema.fields)) {
    if (field.kind === 'value' && field.required) expect(fields, key).to.have.property(key);
  }
  for (const [key, value] of Object.entries(fields)) {
    const schema = posthogSchema.fields[key];
    if (schema === undefined) throw new Error(`there is no field ${key}`);
    if (schema.kind === 'value') expectType(value, schema.type, key);
    else {
      const names = Object.entries(value ?? {});
      if (schema.nulls === 'omitted') expect(names.filter(([, one]) => one === null)).to.deep.equal([]);
      for (const [inner, one] of names) {
        const known = schema.known[inner] ?? (key === 'properties' ? VOCABULARY[inner] : undefined);
        if (known !== undefined && one !== null) expectType(one, known.type, inner);
      }
    }
  }
}

function expectType(value: unknown, type: FieldType, name: string): void {
  if (type === 'timestamp') expect(value, name).to.match(ISO);
  else if (type === 'text') expect(value, name).to.be.a('string');
  else if (type === 'number') expect(value, name).to.satisfy(Number.isFinite);
  else if (type === 'boolean') expect(value, name).to.be.a('boolean');
  else if (type === 'text[]')
    expect(value, name).to.satisfy(
      (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string'),
    );
}

/** JSON has no negative zero. */
function withoutNegativeZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutNegativeZero(one)]));
}
