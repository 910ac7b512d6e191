import type { RequestOutcome } from '@sluice/core/service';
import type { Pause } from '@sluice/core/state';

/** A metric: what it is called, what it counts, and which labels tell its series apart. */
export interface MetricEntry {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** By label, what its values are. Every label has few values, which are known beforehand: names of the configuration, or a list. */
  readonly labels: Readonly<Record<string, string>>;
  readonly help: string;
  /** Of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

/** In the order in which they are explained. The compiler checks both lists against the engine's types. */
export const REQUEST_OUTCOMES = Object.keys({
  accepted: true,
  partial: true,
  transient: true,
  unexpected: true,
  'too-large': true,
  invalid: true,
  refused: true,
  failed: true,
} satisfies Record<RequestOutcome, true>);

export const PAUSE_CAUSES = Object.keys({
  credentials: true,
  quota: true,
  restricted: true,
  drift: true,
  'suspicious-dead-letters': true,
  'refused-request': true,
} satisfies Record<Pause['cause'], true>);

export const RUN_OUTCOMES = ['done', 'left', 'stopped', 'paused', 'failed', 'bug'];

export const RECORD_OUTCOMES = ['mapped', 'filtered', 'dead_lettered'];
export const EVENT_OUTCOMES = ['accepted', 'dead_lettered'];
export const REPEAT_REASONS = ['changed', 'derived', 'resumed', 'backfilled', 'replayed'] as const;
export const PEERS = ['source', 'sink', 'state'] as const;

const PIPELINE = { pipeline: 'name in the pipeline file' } as const;
const STREAM = { ...PIPELINE, stream: 'name of the stream' } as const;

function among(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ');
}

/**
 * Every metric, by its name in the code. Tests hold the page `docs/monitoring.md`, the dashboard and the alerts to it.
 */
export const METRICS = {
  build: {
    name: 'sluice_build_info',
    type: 'gauge',
    labels: { version: 'of the `sluice` command', node: 'version of Node.js' },
    help: 'Always 1.',
  },
  ready: {
    name: 'sluice_pipeline_ready',
    type: 'gauge',
    labels: PIPELINE,
    help: '1 while nothing is known to be wrong, 0 while the pipeline is unhealthy; `/readyz` says why.',
  },
  running: {
    name: 'sluice_pipeline_running',
    type: 'gauge',
    labels: PIPELINE,
    help: '1 during a run, 0 between runs.',
  },
  due: {
    name: 'sluice_pipeline_due',
    type: 'gauge',
    labels: PIPELINE,
    help: '1 while the pipeline is due and waits for a turn, otherwise 0.',
  },
  paused: {
    name: 'sluice_pipeline_paused',
    type: 'gauge',
    labels: { ...PIPELINE, cause: among(PAUSE_CAUSES) },
    help: '1 while the pipeline is paused for this cause, otherwise 0.',
  },
  lag: {
    name: 'sluice_lag_seconds',
    type: 'gauge',
    labels: PIPELINE,
    help: 'Lag of the slowest stream, once the first backfill is complete: the source’s clock, less `settle`, less the time up to which it is followed.',
  },
  firstBackfill: {
    name: 'sluice_first_backfill_complete',
    type: 'gauge',
    labels: PIPELINE,
    help: '1 once the first backfill of every stream is complete, otherwise 0.',
  },
  lastSuccess: {
    name: 'sluice_last_success_timestamp_seconds',
    type: 'gauge',
    labels: PIPELINE,
    help: 'When the last run that caught up ended, in seconds since 1970.',
  },
  openDeadLetters: {
    name: 'sluice_dead_letters_open',
    type: 'gauge',
    labels: PIPELINE,
    help: 'Dead letters that were neither delivered by a replay nor discarded.',
  },
  heldRecords: {
    name: 'sluice_held_records',
    type: 'gauge',
    labels: PIPELINE,
    help: 'Records that were read and are held until they are final.',
  },
  runs: {
    name: 'sluice_runs_total',
    type: 'counter',
    labels: { ...PIPELINE, outcome: among(RUN_OUTCOMES) },
    help: 'Runs that have ended.',
  },
  records: {
    name: 'sluice_records_total',
    type: 'counter',
    labels: { ...STREAM, outcome: among(RECORD_OUTCOMES) },
    help: 'Records with a final outcome, saved in the ledger.',
  },
  events: {
    name: 'sluice_events_total',
    type: 'counter',
    labels: { ...STREAM, outcome: among(EVENT_OUTCOMES) },
    help: 'Events with a final outcome, saved in the ledger.',
  },
  repeats: {
    name: 'sluice_repeated_events_total',
    type: 'counter',
    labels: { ...STREAM, reason: among(REPEAT_REASONS) },
    help: 'Events among them that may have been sent before, by the reason.',
  },
  deadLetters: {
    name: 'sluice_dead_letters_total',
    type: 'counter',
    labels: STREAM,
    help: 'New dead letters.',
  },
  requests: {
    name: 'sluice_requests_total',
    type: 'counter',
    labels: { ...PIPELINE, outcome: among(REQUEST_OUTCOMES) },
    help: 'Attempts to send a request, by their outcome.',
  },
  sentEvents: {
    name: 'sluice_sent_events_total',
    type: 'counter',
    labels: PIPELINE,
    help: 'Events in these attempts, whatever the outcome.',
  },
  sentBytes: {
    name: 'sluice_sent_bytes_total',
    type: 'counter',
    labels: PIPELINE,
    help: 'Bytes of these events as encoded, before compression.',
  },
  retries: {
    name: 'sluice_retries_total',
    type: 'counter',
    labels: { ...PIPELINE, peer: among(PEERS) },
    help: 'Calls of the source, the sink or the state that are retried after a transient failure.',
  },
  requestDuration: {
    name: 'sluice_request_duration_seconds',
    type: 'histogram',
    labels: PIPELINE,
    help: 'How long an attempt to send a request took.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  readDuration: {
    name: 'sluice_read_duration_seconds',
    type: 'histogram',
    labels: STREAM,
    help: 'How long the source took to return a page.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  windowDuration: {
    name: 'sluice_window_duration_seconds',
    type: 'histogram',
    labels: STREAM,
    help: 'How long a run took to finish a window.',
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;
