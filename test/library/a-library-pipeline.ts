import { API_VERSION, secretText } from '@sluice/core/adapter';
import type { MappedEvent, SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { StateStoreDefinition } from '@sluice/core/state';
import { memorySource, MemoryStateStore, recordingSink, type MemorySource, type RecordingSink } from '@sluice/testkit';
import type { SluiceOptions } from '@sluice/sluice';
import { z } from 'zod';

const ORDERS = {
  name: 'order',
  doc: 'Orders of a shop.',
  key: ['id'],
  fields: { id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The key.' } },
} as const;

export interface LibraryPipeline {
  readonly adapters: NonNullable<SluiceOptions['adapters']>;
  readonly pipeline: object;
  /** What its sink has accepted. */
  accepted(): readonly MappedEvent[];
  /** How often its source was read. */
  reads(): number;
}

/** Adapters in memory under the same types each time, and the pipeline that uses them. */
export function aLibraryPipeline(
  name: string,
  { records = 3, onOpen }: { readonly records?: number; readonly onOpen?: () => void } = {},
): LibraryPipeline {
  const sinks: RecordingSink[] = [];
  const sources: MemorySource[] = [];
  const state = new MemoryStateStore();
  const source: SourceDefinition<{ readonly token: { reveal(): string } }> = {
    kind: 'source',
    apiVersion: API_VERSION,
    type: 'orders',
    doc: 'Orders in memory.',
    config: z.strictObject({ token: secretText() }),
    streams: [ORDERS],
    create: ({ token }, { logger }) => {
      logger.info({}, `reading with ${token.reveal()}`);
      const rows = Array.from({ length: records }, (_, index) => ({
        key: `${name}-${index}`,
        createdAt: Date.UTC(2026, 0, 1) + index * 60_000,
        values: { id: `${name}-${index}` },
      }));
      const made = memorySource({ streams: [{ schema: ORDERS, records: rows }], now: () => Date.now() });
      sources.push(made);
      return made;
    },
  };
  const sink: SinkDefinition<object> = {
    kind: 'sink',
    apiVersion: API_VERSION,
    type: 'memory',
    doc: 'Events in memory.',
    config: z.strictObject({}),
    eventSchema: 'any',
    repeats: () => ({ effect: 'replace' }),
    create: () => {
      const made = recordingSink(onOpen ? { onOpen } : {});
      sinks.push(made);
      return made;
    },
  };
  const store: StateStoreDefinition<object> = {
    kind: 'state',
    apiVersion: API_VERSION,
    type: 'memory',
    doc: 'State in memory.',
    config: z.strictObject({}),
    create: () => state,
  };
  return {
    adapters: [source, sink, store],
    pipeline: {
      sluice: 1,
      pipeline: name,
      source: { use: 'orders', with: { token: `token-of-${name}` } },
      sink: { use: 'memory' },
      state: { use: 'memory' },
      mapping: {
        events: [
          { event: 'order', from: 'order', uuid: "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)", order: 'id' },
        ],
      },
    },
    accepted: () => sinks.flatMap((each) => each.accepted),
    reads: () => sources.reduce((sum, { reads }) => sum + reads.length, 0),
  };
}
