import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PipelineMonitor, type Observation } from '@sluice/core/service';
import { NO_COUNTS, NO_REPEATS } from '@sluice/core/state';
import { METRICS, Metrics, type MetricEntry } from '@sluice/metrics';
import { expect } from 'chai';
import { markdownTable } from '../posthog/markdown-table.js';
import { ReadMetrics } from './read-metrics.js';

const PAGE = fileURLToPath(new URL('../../../docs/monitoring.md', import.meta.url));
/** With it, the run writes the table that it otherwise compares. */
const WRITES = process.env['SLUICE_WRITE_TABLES'] === '1';
const ENTRIES: readonly MetricEntry[] = Object.values(METRICS);
const NOW = Date.UTC(2026, 2, 10, 12);

/** The metrics of one pipeline after it was told all this. */
async function after(...observations: readonly Observation[]): Promise<ReadMetrics> {
  const monitor = new PipelineMonitor({ settleMs: 60_000 }, { now: () => NOW });
  const metrics = new Metrics({ version: '1.2.3', node: '24.0.0' });
  const observe = metrics.add({ name: 'p', streams: ['trace', 'score'], monitor });
  for (const observation of observations) {
    monitor.observe(observation);
    observe(observation);
  }
  return new ReadMetrics(await metrics.text());
}

const commit: Observation = {
  kind: 'committed',
  stream: 'trace',
  counts: {
    ...NO_COUNTS,
    read: 10,
    mapped: 7,
    filtered: 2,
    deadLetteredRecords: 1,
    produced: 7,
    accepted: 5,
    deadLetteredEvents: 2,
    repeats: { ...NO_REPEATS, changed: 3, resumed: 1 },
  },
  deadLetters: 3,
  openDeadLetters: 8,
  heldRecords: 0,
};
const request = { kind: 'request-ended', events: 5, bytes: 900, durationMs: 250 } as const;

describe('the metrics', () => {
  it('count what a commit added, by stream and outcome', async () => {
    const metrics = await after(commit, commit);
    const records = (outcome: string) =>
      metrics.value('sluice_records_total', { pipeline: 'p', stream: 'trace', outcome });
    expect([records('mapped'), records('filtered'), records('dead_lettered')]).to.deep.equal([14, 4, 2]);
    expect(metrics.value('sluice_events_total', { stream: 'trace', outcome: 'accepted' })).to.equal(10);
    expect(metrics.value('sluice_events_total', { stream: 'trace', outcome: 'dead_lettered' })).to.equal(4);
    expect(metrics.value('sluice_repeated_events_total', { stream: 'trace', reason: 'changed' })).to.equal(6);
    expect(metrics.value('sluice_repeated_events_total', { stream: 'trace' })).to.equal(8);
    expect(metrics.value('sluice_dead_letters_total')).to.equal(6);
    expect(metrics.value('sluice_dead_letters_open')).to.equal(8);
    expect(metrics.value('sluice_events_total', { stream: 'score' })).to.equal(0);
  });

  it('count requests by what became of them, with their events, bytes and time', async () => {
    const metrics = await after({ ...request, outcome: 'transient' }, { ...request, outcome: 'accepted' });
    expect(metrics.value('sluice_requests_total', { outcome: 'transient' })).to.equal(1);
    expect(metrics.value('sluice_requests_total')).to.equal(2);
    expect(metrics.value('sluice_sent_events_total')).to.equal(10);
    expect(metrics.value('sluice_sent_bytes_total')).to.equal(1800);
    expect(metrics.value('sluice_request_duration_seconds_sum')).to.equal(0.5);
    expect(metrics.value('sluice_request_duration_seconds_bucket', { le: '0.1' })).to.equal(0);
    expect(metrics.value('sluice_request_duration_seconds_bucket', { le: '0.25' })).to.equal(2);
  });

  it('tell pages, windows, retries and runs', async () => {
    const metrics = await after(
      { kind: 'page-read', stream: 'trace', records: 100, durationMs: 40 },
      { kind: 'window-done', stream: 'score', purpose: 'following', durationMs: 3000 },
      { kind: 'retry', peer: 'source', attempt: 1, waitMs: 5, message: 'gone' },
      { kind: 'run-ended', outcome: 'done', durationMs: 1 },
    );
    expect(metrics.value('sluice_read_duration_seconds_sum', { stream: 'trace' })).to.equal(0.04);
    expect(metrics.value('sluice_window_duration_seconds_sum', { stream: 'score' })).to.equal(3);
    expect(metrics.value('sluice_retries_total', { peer: 'source' })).to.equal(1);
    expect(metrics.value('sluice_runs_total', { outcome: 'done' })).to.equal(1);
    expect(metrics.value('sluice_last_success_timestamp_seconds')).to.equal(NOW / 1000);
  });

  it('say whether the pipeline waits for a turn', async () => {
    const monitor = new PipelineMonitor({ settleMs: 0 }, { now: () => NOW });
    const metrics = new Metrics({ version: '1.2.3', node: '24.0.0' });
    metrics.add({ name: 'p', streams: [], monitor });
    const due = async () => new ReadMetrics(await metrics.text()).value('sluice_pipeline_due');
    monitor.scheduled({ kind: 'due' });
    expect(await due()).to.equal(1);
    monitor.scheduled({ kind: 'here' });
    expect(await due()).to.equal(0);
  });

  it('say whether the pipeline is paused, and why', async () => {
    const paused = await after({ kind: 'run-ended', outcome: 'paused', cause: 'quota', message: '', durationMs: 1 });
    expect(paused.value('sluice_pipeline_paused', { cause: 'quota' })).to.equal(1);
    expect(paused.value('sluice_pipeline_paused')).to.equal(1);
    expect(paused.value('sluice_pipeline_ready')).to.equal(0);
    expect((await after()).value('sluice_pipeline_paused', { cause: 'quota' })).to.equal(0);
  });

  it('say how far behind the pipeline is, and nothing while that is not known', async () => {
    const followed: Observation = { kind: 'followed', until: NOW - 100_000, openDeadLetters: 0, heldRecords: 0 };
    expect((await after()).value('sluice_lag_seconds')).to.equal(undefined);
    expect((await after(followed)).value('sluice_lag_seconds')).to.equal(40);
    expect((await after({ kind: 'source-time', now: NOW + 5000 }, followed)).value('sluice_lag_seconds')).to.equal(45);
  });

  it('are all exported, with the labels and the type of the table, and no others are', async () => {
    const everything = await after(
      commit,
      { ...request, outcome: 'accepted' },
      { kind: 'followed', until: NOW, openDeadLetters: 0, heldRecords: 0 },
      { kind: 'run-ended', outcome: 'done', durationMs: 1 },
    );
    expect([...everything.types.keys()]).to.have.members(ENTRIES.map(({ name }) => name));
    for (const { name, type, labels } of ENTRIES) {
      expect(everything.types.get(name), name).to.equal(type);
      const sample = everything.samples.find((each) => each.name === (type === 'histogram' ? `${name}_count` : name));
      expect(Object.keys(sample?.labels ?? {}), name).to.have.members(Object.keys(labels));
    }
  });

  it('have no more series after thousands of other texts than before', async () => {
    const message = (index: number) => `user ${index} at host-${index}.example.com`;
    const told = Array.from({ length: 1000 }, (_, index): Observation[] => [
      { kind: 'retry', peer: 'sink', attempt: index, waitMs: index, message: message(index) },
      { kind: 'run-ended', outcome: 'failed', message: message(index), durationMs: index },
      { ...request, outcome: 'accepted', events: index, bytes: index },
    ]).flat();
    expect((await after(...told)).samples.length).to.equal((await after()).samples.length);
  });

  it('are what the page says', () => {
    const header = ['metric', 'type', 'labels', 'meaning'];
    const rows = ENTRIES.map(({ name, type, labels, help }) => {
      const texts = Object.entries(labels).map(([label, values]) =>
        label === 'pipeline' || label === 'stream' ? `\`${label}\`` : `\`${label}\`: ${values}`,
      );
      return [`\`${name}\``, type, texts.join('; '), help];
    });
    const page = readFileSync(PAGE, 'utf8');
    const [begin, end] = ['<!-- metrics -->', '<!-- end of metrics -->'];
    const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
    const table = `\n\n${markdownTable([header, ...rows])}\n`;
    if (WRITES) writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to));
    else expect(page.slice(from, to)).to.equal(table);
  });
});
