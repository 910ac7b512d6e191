import { hash } from 'node:crypto';
import type { MappedEvent } from '@sluice/core/sink';
import type { Row } from '@sluice/core/source';
import type { Mapper, MapResult, StreamMapper } from '@sluice/core/config';
import { describePlace } from '@sluice/core/document';
import { valuesOf, type CheckedEvent } from '../check/checked-event.js';
import { overlaps } from '../check/check-pseudonyms.js';
import { meaningOf } from '../check/meaning.js';
import { referencesOf } from '../check/references.js';
import { compileEventText } from '../text/compile-event-text.js';
import { compileEvent, Outcome } from './compile-event.js';
import { describeEvent } from './describe-event.js';
import { RequestedFields } from './requested-fields.js';

/** Compiles the checked events: one mapper per stream, in the order in which the streams are first used. */
export function compileMapping(events: readonly CheckedEvent[]): Mapper {
  const streams = [...new Set(events.map(({ stream }) => stream.name))];
  const pseudonyms = pseudonymsOf(events);
  return {
    streams: streams.map((stream) =>
      compileStream(
        stream,
        events.filter((event) => event.stream.name === stream),
      ),
    ),
    events: events.map(describeEvent),
    ...(pseudonyms.size > 0 && { pseudonyms }),
    hash: hash('sha256', JSON.stringify([1, events], canonical), 'hex'),
  };
}

function compileStream(stream: string, events: readonly CheckedEvent[]): StreamMapper {
  const requested = new RequestedFields();
  const compiled = events.map((event) => ({
    ...compileEvent(event, (request) => requested.positionOf(request)),
    event,
  }));
  const fields = requested.all;
  const [only] = compiled;
  if (only !== undefined && compiled.length === 1 && only.itemsOf === undefined) {
    const { build, isFinal, event } = only;
    const map = (row: Row): MapResult => {
      try {
        const made = build(row, '');
        if (made instanceof Outcome) return made.result;
        return eventsOf([made], isFinal === undefined || isFinal(row, '') === true ? 0 : waitOf(event));
      } catch (error) {
        return failure(event, error);
      }
    };
    if (isFinal !== undefined) return { stream, fields: requested.all, map, holds: true };
    const eventText = compileEventText(event, (request) => requested.positionOf(request));
    return { stream, fields, map, ...(eventText && { eventText }) };
  }
  const map = (row: Row): MapResult => {
    const mapped: MappedEvent[] = [];
    let heldForMs = 0;
    const filters: { readonly rule: string; readonly at?: string }[] = [];
    for (const { build, itemsOf, isFinal, event } of compiled) {
      try {
        const items = itemsOf === undefined ? [''] : itemsOf(row);
        let filter: (typeof filters)[number] = { rule: `${event.name}: the list of each is empty` };
        let isFiltered = true;
        for (const item of Array.isArray(items) ? items : []) {
          const made = build(row, String(item));
          if (!(made instanceof Outcome)) {
            mapped.push(made);
            if (isFinal !== undefined && isFinal(row, String(item)) !== true) {
              heldForMs = Math.max(heldForMs, waitOf(event));
            }
            isFiltered = false;
          } else if (made.result.kind === 'failed') return made.result;
          else filter = made.result;
        }
        if (isFiltered) filters.push(filter);
      } catch (error) {
        return failure(event, error);
      }
    }
    if (mapped.length > 0) return eventsOf(mapped, heldForMs);
    const places = filters.flatMap(({ at = [] }) => at).join('; ');
    const rule = filters.map((each) => each.rule).join('; ');
    return { kind: 'filtered', rule, ...(places === '' ? {} : { at: places }) };
  };
  const holds = events.some(({ final }) => final !== undefined);
  return { stream, fields, map, ...(holds && { holds }) };
}

/** The longest wait of the events that are not final decides: a record is held or sent as a whole. */
function eventsOf(events: readonly MappedEvent[], heldForMs: number): MapResult {
  return { kind: 'events', events, ...(heldForMs > 0 && { heldForMs }) };
}

function waitOf({ final }: CheckedEvent): number {
  return final?.withinMs ?? 0;
}

/** The result for an unexpected exception, such as a text that is too long for the process. */
function failure(event: CheckedEvent, error: unknown): MapResult {
  const reason = `${event.name}: ${error instanceof Error ? error.message : 'the mapping failed'}`;
  return { kind: 'failed', reason, at: describePlace(event.span) };
}

/** The value of `event.x` is part of the same event, so it is hashed there. */
function canonical(key: string, value: unknown): unknown {
  return key === 'target' ? undefined : meaningOf(key, value);
}

/** By stream, the fields that have a pseudonym in some event, under each name that the stream has for them. */
function pseudonymsOf(events: readonly CheckedEvent[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { stream, fields } of events) {
    const references = fields.flatMap(valuesOf).flatMap(({ expression }) => referencesOf(expression));
    for (const { field } of references.filter(({ pseudonymous }) => pseudonymous)) {
      const names = Object.keys(stream.fields).filter((name) => overlaps([field], [name], stream));
      found.set(stream.name, new Set([...(found.get(stream.name) ?? []), ...names]));
    }
  }
  return found;
}
