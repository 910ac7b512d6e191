import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { FieldRequest, Row } from '@sluice/core/source';
import type { Mapper, StreamMapper } from '@sluice/core/config';
import { RequestedFields } from '../compile/requested-fields.js';
import { isJsonObject } from '../json-kind.js';
import type { MappingDifference } from './mapping-difference.js';

const MAX_EXAMPLES = 3;

/** How often a value of an event differs, with some examples. */
export interface ChangedValue {
  readonly event: string;
  readonly path: string;
  readonly changed: number;
  readonly examples: readonly { readonly key: string; readonly before: JsonValue; readonly after: JsonValue }[];
}

/** The results of both mappings for the records of one stream. */
export interface StreamComparison {
  readonly stream: string;
  readonly records: number;
  readonly events: { readonly before: number; readonly after: number };
  readonly filtered: { readonly before: number; readonly after: number };
  readonly failed: { readonly before: number; readonly after: number };
  /** Events that both mappings produce, with different values. */
  readonly changedEvents: number;
  readonly values: readonly ChangedValue[];
}

type Side = 'before' | 'after';

/** Maps records of one stream with two mappings and counts what differs. */
export class RecordComparison {
  /** The fields to read: those of both mappings. */
  readonly fields: readonly FieldRequest[];
  readonly #stream: string;
  readonly #sides: Readonly<
    Record<Side, { readonly mapper: StreamMapper | undefined; readonly positions: readonly number[] }>
  >;
  readonly #names: ReadonlyMap<string, string>;
  readonly #count = {
    records: 0,
    changedEvents: 0,
    events: { before: 0, after: 0 },
    filtered: { before: 0, after: 0 },
    failed: { before: 0, after: 0 },
  };
  readonly #values = new Map<
    string,
    { event: string; path: string; changed: number; examples: ChangedValue['examples'][number][] }
  >();

  constructor(stream: string, mappers: Readonly<Record<Side, Mapper>>, { events }: MappingDifference) {
    const requested = new RequestedFields();
    const side = (name: Side) => {
      const mapper = mappers[name].streams.find((each) => each.stream === stream);
      const positions = (mapper?.fields ?? []).map((request) => requested.positionOf(request));
      return { mapper, positions };
    };
    this.#stream = stream;
    this.#sides = { before: side('before'), after: side('after') };
    this.fields = requested.all;
    this.#names = new Map(
      events.flatMap(({ event, renamedFrom }) => (renamedFrom === undefined ? [] : [[event, renamedFrom]])),
    );
  }

  add(key: string, row: Row): void {
    this.#count.records += 1;
    const [before, after] = [this.#map('before', row), this.#map('after', row)];
    const unmatched = [...before];
    for (const event of after) {
      const name = this.#names.get(event.event) ?? event.event;
      const index = unmatched.findIndex((other) => other.event === name);
      const [other] = index === -1 ? [] : unmatched.splice(index, 1);
      if (other !== undefined) this.#compare(key, other, event);
    }
  }

  result(): StreamComparison {
    return {
      stream: this.#stream,
      ...this.#count,
      values: [...this.#values.values()].toSorted((a, b) => b.changed - a.changed),
    };
  }

  #map(side: Side, row: Row): readonly MappedEvent[] {
    const { mapper, positions } = this.#sides[side];
    const result = mapper?.map(positions.map((position) => row[position] ?? null));
    if (result?.kind === 'events') {
      this.#count.events[side] += result.events.length;
      return result.events;
    }
    if (result?.kind === 'failed') this.#count.failed[side] += 1;
    else this.#count.filtered[side] += 1;
    return [];
  }

  #compare(key: string, before: MappedEvent, after: MappedEvent): void {
    const [old, fresh] = [valuesOf(before), valuesOf(after)];
    let isChanged = false;
    for (const path of new Set([...fresh.keys(), ...old.keys()])) {
      const [was, is] = [old.get(path) ?? null, fresh.get(path) ?? null];
      if (isDeepStrictEqual(was, is)) continue;
      isChanged = true;
      const id = JSON.stringify([after.event, path]);
      const known = this.#values.get(id) ?? { event: after.event, path, changed: 0, examples: [] };
      known.changed += 1;
      if (known.examples.length < MAX_EXAMPLES) known.examples.push({ key, before: was, after: is });
      this.#values.set(id, known);
    }
    if (isChanged) this.#count.changedEvents += 1;
  }
}

/** Every value of an event except its name, by path: `properties.team`. */
function valuesOf(event: MappedEvent): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  for (const [field, value] of Object.entries(event)) {
    if (field === 'event' || value === undefined) continue;
    if (!isJsonObject(value)) values.set(field, value);
    else for (const [name, inner] of Object.entries(value)) values.set(`${field}.${name}`, inner);
  }
  return values;
}
