import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import {
  A_PROJECT_ID,
  anObservationVersion,
  aSpanVersion,
  aTraceVersion,
  insertVersions,
  type LangfuseVersion,
} from '@sluice/langfuse-history';
import { casesInTurn, describeSource } from '@sluice/testkit';
import { aSource } from './a-source.js';
import { anEmptiedDatabase, textOf } from './test-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

interface Times {
  readonly id: string;
  readonly created_at: string;
  readonly event_ts?: string;
}

/** A table with a version for each of the given times. */
type Versions = readonly [table: string, versionOf: (times: Times) => object];

const OF_TRACE = { user_id: 'user-1', metadata: { plan: 'pro' } };
const OF_STEP = { end_time: textOf(START + 3 * HOUR_MS), cost_details: { total: '0.5' } };
const OF_SPAN = { ...OF_STEP, user_id: 'user-1', metadata_names: ['plan'], metadata_values: ['pro'] };

const TRACES: Versions = ['traces', (times) => aTraceVersion({ ...OF_TRACE, ...times })];
const OBSERVATIONS: Versions = [
  'observations',
  (times) => anObservationVersion({ ...OF_STEP, ...times, trace_id: times.id }),
];
const SPANS: Versions = [
  'events_full',
  ({ id, ...times }) => aSpanVersion({ ...OF_SPAN, ...times, trace_id: id, span_id: id, parent_span_id: 'root' }),
];
/** A span that comes later, as in the mode `dual`, and belongs to the trace of another. */
const LATER_SPANS: Versions = [
  'events_full',
  ({ id, ...times }) => aSpanVersion({ ...times, trace_id: id, span_id: `later-${id}` }),
];

interface Case {
  readonly version: LangfuseVersion;
  readonly stream: string;
  readonly rows: Versions;
  /** What else there is from the start. */
  readonly causes?: Versions;
  /** What changes a record. */
  readonly changes?: Versions;
  /** What changes a record that takes values from it. */
  readonly derives?: Versions;
}

/** Observations and scores are read as the traces of v3 are; each stream costs seconds, also as one of two in turn. */
const CASES: readonly Case[] = [
  { version: 'v3', stream: 'trace', rows: TRACES, causes: OBSERVATIONS, changes: TRACES, derives: OBSERVATIONS },
  { version: 'v4', stream: 'trace', rows: SPANS, derives: LATER_SPANS },
];

/** At least one of every type and of every table. All of them take ClickHouse several times as long to plan. */
const FIELDS = [
  'id',
  'project_id',
  'created_at',
  'tags',
  'metadata',
  'public',
  'value',
  'total_cost',
  'latency',
  'trace.user_id',
];

for (const { version, stream, rows, causes, changes, derives } of casesInTurn(CASES, CASES.length)) {
  const schema = langfuseClickHouseSource.streams.find(({ name }) => name === stream);
  if (schema === undefined) throw new Error(stream);
  const fields = Object.entries(schema.fields).filter(([name]) => FIELDS.includes(name));
  let url = '';
  /** Most tests only read, and inserting takes longer than reading. */
  let isAsCreated = false;
  describeSource({
    name: `langfuse-clickhouse, ${version}, stream ${stream}`,
    changes: changes !== undefined,
    derives: derives !== undefined,
    create: async () => {
      // The last three have one time: a page of two ends between them.
      const createdAt = (index: number) => textOf(START + Math.min(index, 2) * HOUR_MS);
      const times: readonly Times[] = IDS.map((id, index) => ({ id, created_at: createdAt(index) }));
      if (!isAsCreated) {
        url = await anEmptiedDatabase(version);
        for (const [table, versionOf] of [rows, ...(causes === undefined ? [] : [causes])])
          await insertVersions(url, table, times.map(versionOf));
        isAsCreated = true;
      }
      const touch = async (versions: Versions | undefined, key: string, at: number): Promise<void> => {
        isAsCreated = false;
        const [table, versionOf] = versions ?? rows;
        const id = key.replace(`${A_PROJECT_ID}/`, '');
        const touched = times.filter((each) => each.id === id);
        await insertVersions(
          url,
          table,
          touched.map((each) => versionOf({ ...each, event_ts: textOf(at) })),
        );
      };
      return {
        source: aSource(url, {
          pageSize: 2,
          sliceRows: version === 'v3' ? 3 : 10,
          content: 'include',
        }),
        schema: { ...schema, fields: Object.fromEntries(fields) },
        from: START,
        until: START + 24 * HOUR_MS,
        keys: IDS.map((id) => `${A_PROJECT_ID}/${id}`),
        change: (key, at) => touch(changes, key, at),
        changeCause: (key, at) => touch(derives, key, at),
        // Every page is one request, read completely.
        openReads: 'none',
        dispose: () => Promise.resolve(),
      };
    },
  });
}
