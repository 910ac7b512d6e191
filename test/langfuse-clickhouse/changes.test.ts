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
  type LangfuseVersion,
} from '@sluice/langfuse-history';
import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { aLangfusePipeline, DAY, HOUR, MINUTE } from '../langfuse/a-langfuse-pipeline.js';
import { at } from './arbitrary-versions.js';

const NOW = Date.UTC(2026, 2, 10, 12);
/** When everything that a run has to find happened: after the last one, by all clocks. */
const LATER = at(NOW + HOUR);
const EARLIER = at(NOW - 5 * HOUR);
const CHANGED = { updated_at: LATER, event_ts: LATER };

type Rows = Readonly<Record<string, readonly object[]>>;

/** What happened to some records that no other change is about. Their ids end in the number of the change. */
interface Change {
  readonly title: string;
  readonly before?: Rows;
  readonly after?: Rows;
  /** What a run sends because of it, once each. */
  readonly sent: readonly string[];
}

const ofTrace = (number: number) => ({ id: `t${number}`, created_at: EARLIER });
const ofGeneration = (number: number) => ({ id: `g${number}`, trace_id: `t${number}`, created_at: EARLIER });
const ofScore = (number: number) => ({ id: `s${number}`, trace_id: `t${number}`, created_at: EARLIER });

const IN_V3: readonly Change[] = [
  {
    title: 'nothing, when nothing changed',
    before: {
      traces: [aTraceVersion(ofTrace(0))],
      observations: [anObservationVersion(ofGeneration(0))],
      scores: [aScoreVersion(ofScore(0))],
    },
    sent: [],
  },
  {
    title: 'a row that was added',
    after: { traces: [aTraceVersion({ id: 't1', created_at: LATER })] },
    sent: ['trace t1'],
  },
  {
    title: 'a row that was added with a time of a month ago',
    after: { scores: [aScoreVersion({ id: 's2', trace_id: 't2', created_at: LATER, timestamp: at(NOW - 30 * DAY) })] },
    sent: ['score s2'],
  },
  {
    title: 'a trace that was updated, with what takes its values from it',
    before: {
      traces: [aTraceVersion(ofTrace(3))],
      observations: [anObservationVersion(ofGeneration(3))],
      scores: [aScoreVersion(ofScore(3))],
    },
    after: { traces: [aTraceVersion({ ...ofTrace(3), ...CHANGED, name: 'new' })] },
    sent: ['generation g3', 'score s3', 'trace t3'],
  },
  {
    title: 'the trace of last week that got an observation, and the observation',
    before: { traces: [aTraceVersion({ id: 't4', created_at: at(NOW - 7 * DAY) })] },
    after: { observations: [anObservationVersion({ id: 'g4', trace_id: 't4', created_at: LATER })] },
    sent: ['generation g4', 'trace t4'],
  },
  {
    title: 'a generation whose trace appeared',
    before: { observations: [anObservationVersion(ofGeneration(5))] },
    after: { traces: [aTraceVersion({ id: 't5', created_at: LATER })] },
    sent: ['generation g5', 'trace t5'],
  },
  {
    title: 'a trace that was bookmarked, which leaves its time of update as it was',
    before: { traces: [aTraceVersion(ofTrace(6))] },
    after: { traces: [aTraceVersion({ ...ofTrace(6), bookmarked: true, event_ts: LATER })] },
    sent: ['trace t6'],
  },
  {
    title: 'a score that an annotator corrected, which leaves its time of update as it was',
    before: { scores: [aScoreVersion(ofScore(7))] },
    after: { scores: [aScoreVersion({ ...ofScore(7), value: 0, event_ts: LATER })] },
    sent: ['score s7'],
  },
  {
    title: 'once, a trace whose newest version is of another day',
    before: { traces: [aTraceVersion(ofTrace(8))] },
    after: { traces: [aTraceVersion({ ...ofTrace(8), ...CHANGED, timestamp: at(NOW - DAY) })] },
    sent: ['trace t8'],
  },
  {
    title: 'once, a generation whose newest version says that it was created later',
    before: { observations: [anObservationVersion(ofGeneration(9))] },
    after: { observations: [anObservationVersion({ ...ofGeneration(9), ...CHANGED, created_at: LATER })] },
    sent: ['generation g9'],
  },
  {
    title: 'a generation that was a span before',
    before: { observations: [anObservationVersion({ ...ofGeneration(10), type: 'SPAN' })] },
    after: { observations: [anObservationVersion({ ...ofGeneration(10), ...CHANGED })] },
    sent: ['generation g10'],
  },
  {
    title: 'nothing of a trace that was deleted',
    before: { traces: [aTraceVersion(ofTrace(11))] },
    after: { traces: [aTraceVersion({ ...ofTrace(11), ...CHANGED, is_deleted: 1 })] },
    sent: [],
  },
  {
    title: 'once, a score that was changed twice',
    before: { scores: [aScoreVersion(ofScore(12))] },
    after: {
      scores: [20, 80].map((minutes) =>
        aScoreVersion({ ...ofScore(12), value: minutes, event_ts: at(NOW + minutes * MINUTE) }),
      ),
    },
    sent: ['score s12'],
  },
  {
    title: 'a trace with the id of one in another project',
    before: { traces: [aTraceVersion(ofTrace(13))] },
    after: { traces: [aTraceVersion({ id: 't13', project_id: 'project-2', created_at: LATER })] },
    sent: ['trace t13'],
  },
  {
    title: 'a row that became visible after a younger one, within the time that rows settle',
    after: { traces: [aTraceVersion({ id: 't14', created_at: at(NOW - 25 * MINUTE) })] },
    sent: ['trace t14'],
  },
];

const spanOf = (number: number) => ({ span_id: `g${number}`, trace_id: `t${number}`, created_at: EARLIER });

const IN_V4: readonly Change[] = [
  {
    title: 'nothing, when nothing changed',
    before: { events_full: [aSpanVersion(spanOf(0))], scores: [aScoreVersion(ofScore(0))] },
    sent: [],
  },
  {
    title: 'the trace of a span that was added, and the span',
    after: { events_full: [aSpanVersion({ ...spanOf(1), created_at: LATER })] },
    sent: ['generation g1', 'trace t1'],
  },
  {
    title: 'the trace of yesterday that got a span, the span, and the scores of the trace',
    before: {
      events_full: [aSpanVersion({ ...spanOf(2), span_id: 'g1002', created_at: at(NOW - DAY) })],
      scores: [aScoreVersion(ofScore(2))],
    },
    after: { events_full: [aSpanVersion({ ...spanOf(2), created_at: LATER, user_id: 'late' })] },
    sent: ['generation g2', 'score s2', 'trace t2'],
  },
  {
    title: 'once, a span that was sent again, and its trace',
    before: { events_full: [aSpanVersion(spanOf(3))] },
    after: { events_full: [aSpanVersion({ ...spanOf(3), start_time: EARLIER, created_at: LATER })] },
    sent: ['generation g3', 'trace t3'],
  },
  {
    title: 'a score of an old trace',
    before: { events_full: [aSpanVersion({ ...spanOf(4), created_at: at(NOW - 7 * DAY) })] },
    after: { scores: [aScoreVersion({ ...ofScore(4), created_at: LATER })] },
    sent: ['score s4'],
  },
  {
    title: 'a span that was copied a quarter of an hour after it was created, and its trace',
    after: {
      events_full: [
        aSpanVersion({ ...spanOf(5), created_at: at(NOW - 14 * MINUTE), source: 'ingestion-api-dual-write' }),
        aSpanVersion({
          ...spanOf(5),
          span_id: 't-t5',
          type: 'SPAN',
          created_at: at(NOW - 14 * MINUTE),
          source: 'ingestion-api-dual-write',
        }),
      ],
    },
    sent: ['generation g5', 'trace t5'],
  },
];

for (const { version, changes, tables } of [
  { version: 'v3', changes: IN_V3, tables: 'legacy' },
  { version: 'v4', changes: IN_V4, tables: 'events' },
] as const) {
  describe(`what changed in Langfuse ${version} since the last run is`, () => {
    let sent: readonly string[];

    before(async function () {
      this.timeout(120_000);
      sent = await sentAfter(changes, version, tables);
    });

    for (const [index, change] of changes.entries()) {
      it(change.title, () => {
        expect(sent.filter((event) => event.endsWith(` ${idsEnd(event, index)}`))).to.deep.equal(change.sent);
      });
    }
  });
}

/** The id that an event of the change with this number has. */
function idsEnd(event: string, index: number): string {
  return `${event.split(' ')[1]?.[0]}${index}`;
}

/** All changes at once, between two runs: what the second sends. A third sends nothing. */
async function sentAfter(
  changes: readonly Change[],
  version: LangfuseVersion,
  tables: string,
): Promise<readonly string[]> {
  const url = await createSharedClickHouseDatabase(`changes_${version}`);
  for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
  const write = async (rows: Rows = {}): Promise<void> => {
    for (const [table, versions] of Object.entries(rows)) await insertVersions(url, table, versions);
  };
  const { pipeline, source, sink, logger, runtime } = aLangfusePipeline(url, {
    runtime: manualRuntime({ startAt: NOW }),
    database: 'clickhouse',
    options: { tables },
  });
  let now = NOW;
  source.now = () => Promise.resolve(now);
  const run = async (): Promise<readonly string[]> => {
    const seen = sink.accepted.length;
    const { outcome } = await runPipeline(pipeline, { runtime, logger }, { signal: new AbortController().signal });
    expect(outcome).to.equal('done');
    return sink.accepted.slice(seen).map(({ event, id }) => `${event} ${String(id)}`);
  };

  for (const { before: rows } of changes) await write(rows);
  expect(await run()).not.to.deep.equal([]);
  for (const { after: rows } of changes) await write(rows);
  now = NOW + 2 * HOUR;
  const sent = await run();
  expect(await run()).to.deep.equal([]);
  return sent.toSorted();
}
