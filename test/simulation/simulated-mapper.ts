import type { Mapper } from '@sluice/core/config';
import { eventsOf, NOTE_FIELDS, NOTE_STREAMS } from './notes.js';
import type { Oracle } from './oracle.js';
import type { SimulatedProcess } from './simulated-process.js';

/** The mapping of the simulated notes. It is pure; its process can die or be asked to stop during it. */
export function simulatedMapper(process: SimulatedProcess, oracle: Oracle): Mapper {
  return {
    hash: 'notes-1',
    streams: NOTE_STREAMS.map((stream) => ({
      stream,
      fields: NOTE_FIELDS.map((field) => ({ field })),
      map: (row) => {
        process.stepSync('map');
        const values = Object.fromEntries(NOTE_FIELDS.map((field, index) => [field, row[index] ?? null]));
        if (values['kind'] === 'filtered') return { kind: 'filtered', rule: `${stream}: kind == 'filtered'` };
        if (values['kind'] !== 'unmappable') return { kind: 'events', events: eventsOf(stream, values) };
        oracle.covered('unmappable');
        return { kind: 'failed', reason: 'cannot be mapped', at: 'notes.yaml:1:1' };
      },
    })),
  };
}
