import type { Mapper } from '@sluice/core/config';
import { runPipeline } from '@sluice/core/engine';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import {
  anObservationVersion,
  aScoreVersion,
  aSpanVersion,
  aTraceVersion,
  clickHouseSchema,
  executeStatement,
  insertVersions,
  type ObservationVersion,
  type ScoreVersion,
  type SpanVersion,
  type TraceVersion,
} from '@sluice/langfuse-history';
import { aUuid, manualRuntime, testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { aLangfusePipeline, DAY, HOUR, MINUTE } from '../langfuse/a-langfuse-pipeline.js';
import { at } from './arbitrary-versions.js';
import type { ExpectedRecord } from './expected-record.js';
import { recordsOfSpans } from './records-of-spans.js';
import { recordsOfVersions } from './records-of-versions.js';

const NOW = Date.UTC(2026, 2, 10, 12);
const FIELDS = {
  trace: ['id', 'project_id', 'name', 'user_id', 'bookmarked', 'total_cost', 'observation_count', 'latency'],
  generation: ['id', 'project_id', 'name', 'total_cost', 'trace.user_id', 'trace.name'],
  score: ['id', 'project_id', 'value', 'trace.user_id'],
};

/** Every field that may change is in the event, so that an old body shows. */
const mapper: Mapper = {
  events: [],
  hash: 'values-1',
  streams: Object.entries(FIELDS).map(([stream, names], number) => ({
    stream,
    fields: names.map((field) => ({ field })),
    map: ([id, project, ...rest]) => ({
      kind: 'events',
      events: [
        {
          event: stream,
          uuid: aUuid(number * 1000 + Number(String(id).slice(1)) * 10 + Number(String(project).endsWith('b'))),
          values: [id ?? null, project ?? null, ...rest],
        },
      ],
    }),
  })),
};

/** A version that is written, or a run, some minutes after what happened before it. */
const step = fc.record({
  minutes: fc.nat(100),
  what: fc.constantFrom('trace', 'observation', 'observation', 'score', 'run'),
  project: fc.constantFrom('a', 'b'),
  id: fc.nat(3),
  /** How late a version becomes visible: less than rows settle. */
  lateMinutes: fc.nat(25),
  hasNewCreation: fc.boolean(),
  isOtherDay: fc.boolean(),
  isGeneration: fc.nat(3).map((number) => number > 0),
  text: fc.constantFrom('x', 'y', 'z'),
  user: fc.constantFrom('', 'u1', 'u2'),
  cost: fc.constantFrom(null, '0.250000000000', '1.500000000000'),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What was written, by table. */
interface Tables {
  write(url: string, each: Step, times: Times, run: number): Promise<void>;
  records(): readonly ExpectedRecord[];
}

interface Times {
  readonly created_at: string;
  readonly updated_at: string;
  readonly event_ts: string;
}

/** Every third record happened long before it arrived. */
function happenedAt({ id, isOtherDay }: Step): string {
  return at(NOW - id * MINUTE - (id === 3 ? 40 * DAY : 0) - (isOtherDay ? DAY : 0));
}

function tablesOfV3(): Tables {
  const [traces, observations, scores]: [TraceVersion[], ObservationVersion[], ScoreVersion[]] = [[], [], []];
  return {
    records: () => recordsOfVersions({ traces, observations, scores }),
    write: async (url, each, times, run) => {
      const { id, text, user, cost, isGeneration } = each;
      const common = { ...times, project_id: `run-${run}-${each.project}` };
      if (each.what === 'trace') {
        const own = { id: `t${id}`, name: text, user_id: user, bookmarked: isGeneration, timestamp: happenedAt(each) };
        const row = aTraceVersion({ ...common, ...own });
        traces.push(row);
        await insertVersions(url, 'traces', [row]);
      } else if (each.what === 'observation') {
        const own = { id: `o${id}`, trace_id: `t${(id + run) % 4}`, name: text, total_cost: cost };
        const type = isGeneration ? 'GENERATION' : 'SPAN';
        const row = anObservationVersion({ ...common, ...own, type, start_time: happenedAt(each) });
        observations.push(row);
        await insertVersions(url, 'observations', [row]);
      } else {
        const row = scoreOf(each, common, run);
        scores.push(row);
        await insertVersions(url, 'scores', [row]);
      }
    },
  };
}

function tablesOfV4(): Tables {
  const [spans, scores]: [SpanVersion[], ScoreVersion[]] = [[], []];
  return {
    records: () => recordsOfSpans({ spans, scores }),
    write: async (url, each, times, run) => {
      const { id, text, user, cost, isGeneration } = each;
      const common = { ...times, project_id: `run-${run}-${each.project}` };
      if (each.what === 'score') {
        const row = scoreOf(each, common, run);
        scores.push(row);
        await insertVersions(url, 'scores', [row]);
        return;
      }
      const trace = each.what === 'trace' ? id : (id + run) % 4;
      const row = aSpanVersion({
        ...common,
        // A span says when it was written, and nothing of an earlier version.
        created_at: times.event_ts,
        trace_id: `t${trace}`,
        span_id: each.what === 'trace' ? `t-t${trace}` : `o${id}`,
        parent_span_id: each.what === 'trace' ? '' : `t-t${trace}`,
        type: isGeneration && each.what === 'observation' ? 'GENERATION' : 'SPAN',
        name: text,
        trace_name: text,
        user_id: user,
        start_time: happenedAt({ ...each, id: trace }),
        cost_details: cost === null ? {} : { total: cost },
      });
      spans.push(row);
      await insertVersions(url, 'events_full', [row]);
    },
  };
}

function scoreOf(each: Step, common: Times & { readonly project_id: string }, run: number): ScoreVersion {
  const own = { id: `s${each.id}`, trace_id: `t${(each.id + run) % 4}`, value: each.text.length + each.id };
  return aScoreVersion({ ...common, ...own, value: each.isGeneration ? 1 : 0, timestamp: happenedAt(each) });
}

for (const { version, tables, tablesOf } of [
  { version: 'v3', tables: 'legacy', tablesOf: tablesOfV3 },
  { version: 'v4', tables: 'events', tablesOf: tablesOfV4 },
] as const) {
  describe(`any interleaving of what Langfuse ${version} writes and runs`, function () {
    this.timeout(600_000);
    let url: string;
    let runs = 0;

    before(async () => {
      url = await createSharedClickHouseDatabase(`interleavings_${version}`);
      for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
    });

    it('ends with the newest version of every record at the destination', async () => {
      const isFull = testRuns(4) === 4;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: isFull ? 20 : 10 }), async (steps) => {
          runs += 1;
          const written = tablesOf();
          const { pipeline, source, sink, logger, runtime } = aLangfusePipeline(url, {
            runtime: manualRuntime({ startAt: NOW }),
            database: 'clickhouse',
            options: { tables, projects: [`run-${runs}-a`, `run-${runs}-b`], pageSize: 3, sliceRows: 5 },
            mapper,
            revisitMs: 3 * DAY,
          });
          let now = NOW;
          source.now = () => Promise.resolve(now);
          const run = async (): Promise<void> => {
            const signal = new AbortController().signal;
            expect((await runPipeline(pipeline, { runtime, logger }, { signal })).outcome).to.equal('done');
          };
          const known = new Map<string, { readonly created: number; readonly written: number }>();
          for (const each of steps) {
            now += each.minutes * MINUTE;
            if (each.what === 'run') {
              await run();
              continue;
            }
            const record = `${each.what}/${each.project}/${each.id}`;
            const earlier = known.get(record);
            const writtenAt = now - each.lateMinutes * MINUTE;
            // Versions of one record are written in their order.
            if (earlier !== undefined && writtenAt <= earlier.written) continue;
            const created = each.hasNewCreation ? writtenAt : (earlier?.created ?? writtenAt);
            known.set(record, { created, written: writtenAt });
            const times = { created_at: at(created), updated_at: at(created), event_ts: at(writtenAt) };
            await written.write(url, each, times, runs);
          }
          now += 2 * HOUR;
          await run();
          await source.close();

          const latest = new Map(sink.latest());
          const delivered = new Map(
            [...latest.values()].map(({ event, values }) => [keyOf(event, values), values] as const),
          );
          for (const { stream, values } of written.records()) {
            if (!isStream(stream)) continue;
            const expected = FIELDS[stream].map((field) => values[field] ?? null);
            // A generation that became a span, and a deleted record, stay where they are.
            expect(delivered.get(keyOf(stream, expected)), stream).to.deep.equal(expected);
          }
        }),
        { numRuns: testRuns(4), endOnFailure: true, seed: Number(process.env['SLUICE_SEED'] ?? 7) },
      );
    });
  });
}

function isStream(stream: string): stream is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, stream);
}

function keyOf(stream: string, values: unknown): string {
  const [id, project]: unknown[] = Array.isArray(values) ? values : [];
  return `${stream} ${String(project)}/${String(id)}`;
}
