import { langfuseStreams } from '#src/streams.js';
import { describeSource } from '@sluice/testkit';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/testkit/langfuse';
import { aSource } from './a-source.js';
import { aLangfuseDatabase } from './test-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

const ROWS = {
  trace: { table: 'traces', row: aTrace },
  generation: { table: 'observations', row: aGeneration },
  score: { table: 'scores', row: aScore },
} as const;

for (const schema of langfuseStreams) {
  describeSource({
    name: `langfuse-postgres, stream ${schema.name}`,
    create: async () => {
      const database = await aLangfuseDatabase();
      const { table, row } = ROWS[schema.name as keyof typeof ROWS];
      const rows = IDS.map((id, index) =>
        row({ id, created_at: new Date(START + index * HOUR_MS).toISOString().slice(0, -1) }),
      );
      await insertRows(database.client, table, rows);
      return {
        source: aSource(database.url, { pageSize: 2 }),
        schema,
        from: START,
        until: START + 24 * HOUR_MS,
        keys: IDS,
        dispose: () => database.client.end(),
      };
    },
  });
}
