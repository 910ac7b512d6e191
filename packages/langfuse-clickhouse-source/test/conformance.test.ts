import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import {
  A_PROJECT_ID,
  anObservationVersion,
  aScoreVersion,
  aTraceVersion,
  insertVersions,
} from '@sluice/langfuse-history';
import { describeSource } from '@sluice/testkit';
import { aSource } from './a-source.js';
import { anEmptiedDatabase, textOf } from './test-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

/** Every record takes values from another one with the same id: a trace from its observation, the others from their trace. */
const ROWS = {
  trace: { table: 'traces', row: aTraceVersion, causes: 'observations', cause: anObservationVersion },
  generation: { table: 'observations', row: anObservationVersion, causes: 'traces', cause: aTraceVersion },
  observation: { table: 'observations', row: anObservationVersion, causes: 'traces', cause: aTraceVersion },
  score: { table: 'scores', row: aScoreVersion, causes: 'traces', cause: aTraceVersion },
} as const;

for (const schema of langfuseClickHouseSource.streams) {
  const { table, row, causes, cause } = ROWS[schema.name as keyof typeof ROWS];
  const versionsOf = (make: typeof row | typeof cause, times: object[]): object[] =>
    times.map((values) => make({ ...values, trace_id: Reflect.get(values, 'id') } as never));
  describeSource({
    name: `langfuse-clickhouse, v3, stream ${schema.name}`,
    changes: true,
    derives: true,
    create: async () => {
      const url = await anEmptiedDatabase('v3');
      const times = IDS.map((id, index) => ({ id, created_at: textOf(START + index * HOUR_MS) }));
      const insert = (name: string, make: typeof row | typeof cause, versions: object[]): Promise<void> =>
        insertVersions(
          url,
          name,
          versionsOf(make, versions).map((each) => (name === 'traces' ? withoutTrace(each) : each)),
        );
      await insert(table, row, times);
      await insert(causes, cause, times);
      const touch = async (name: string, make: typeof row | typeof cause, key: string, at: number): Promise<void> => {
        const id = key.replace(`${A_PROJECT_ID}/`, '');
        const time = times.find((each) => each.id === id);
        await insert(name, make, [{ ...time, event_ts: textOf(at) }]);
      };
      return {
        source: aSource(url, { pageSize: 2, sliceRows: 3, content: 'include' }),
        schema,
        from: START,
        until: START + 24 * HOUR_MS,
        keys: IDS.map((id) => `${A_PROJECT_ID}/${id}`),
        change: (key, at) => touch(table, row, key, at),
        changeCause: (key, at) => touch(causes, cause, key, at),
        dispose: () => Promise.resolve(),
      };
    },
  });
}

function withoutTrace(version: object): object {
  const { trace_id: _, ...rest } = version as { trace_id?: string };
  return rest;
}
