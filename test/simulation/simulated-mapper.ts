import type { JsonObject } from '@sluice/core/adapter';
import type { Mapper } from '@sluice/core/config';
import type { Row } from '@sluice/core/source';
import type { EventText, PageText, WriteValue } from '@sluice/core/text';
import { eventsOf, isOpen, MOST_HELD_MS, NOTE_FIELDS, NOTE_STREAMS } from './notes.js';
import type { Oracle } from './oracle.js';
import type { Scenario } from './scenario.js';
import type { SimulatedProcess } from './simulated-process.js';

/** The mapping of the simulated notes. It is pure; its process can die or be asked to stop during it. */
export function simulatedMapper(process: SimulatedProcess, oracle: Oracle, { holds }: Pick<Scenario, 'holds'>): Mapper {
  return {
    events: [],
    hash: 'notes-1',
    streams: NOTE_STREAMS.map((stream) => ({
      stream,
      fields: NOTE_FIELDS.map((field) => ({ field })),
      ...(holds ? { holds } : { eventText: eventText(stream, process) }),
      map: (row) => {
        process.stepSync('map');
        const values = valuesOfRow(row);
        if (values['kind'] === 'filtered') return { kind: 'filtered', rule: `${stream}: kind == 'filtered'` };
        if (values['kind'] !== 'unmappable') {
          const held = holds && isOpen(values) ? { heldForMs: MOST_HELD_MS } : {};
          return { kind: 'events', events: eventsOf(stream, values), ...held };
        }
        oracle.covered('unmappable');
        return { kind: 'failed', reason: 'cannot be mapped', at: 'notes.yaml:1:1' };
      },
    })),
  };
}

/** What becomes several events, or none, is left to `map`. */
const AS_OBJECTS: ReadonlySet<unknown> = new Set(['filtered', 'unmappable', 'double', 'unencodable']);

/** The event of `eventsOf` as text. */
function eventText(stream: string, process: SimulatedProcess): EventText {
  const valuesAt = (page: PageText, record: number): JsonObject => valuesOfRow(page.row(record) ?? []);
  const writeField =
    (name: string): WriteValue =>
    (page, record, output) => {
      const [event] = eventsOf(stream, valuesAt(page, record));
      output.write(JSON.stringify(event?.[name]));
      return true;
    };
  return {
    event: stream,
    includes: (page, record) => {
      if (AS_OBJECTS.has(valuesAt(page, record)['kind'])) return false;
      process.stepSync('map');
      return true;
    },
    fields: ['uuid', 'id', 'version', 'kind', 'user', 'stream'].map((name) => ({
      kind: 'value',
      name,
      write: writeField(name),
    })),
  };
}

function valuesOfRow(row: Row): JsonObject {
  return Object.fromEntries(NOTE_FIELDS.map((field, index) => [field, row[index] ?? null]));
}
