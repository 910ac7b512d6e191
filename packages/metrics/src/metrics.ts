import type { Observation, Observer, PipelineMonitor } from '@sluice/core/service';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  EVENT_OUTCOMES,
  METRICS,
  PEERS,
  PAUSE_CAUSES,
  RECORD_OUTCOMES,
  REPEAT_REASONS,
  REQUEST_OUTCOMES,
  RUN_OUTCOMES,
  type MetricEntry,
} from './metric-table.js';

/** A pipeline to count. */
export interface MeasuredPipeline {
  readonly name: string;
  readonly streams: readonly string[];
  /** Read by the gauges whenever metrics are requested. */
  readonly monitor: PipelineMonitor;
}

/** The metrics of one service, in their own registry. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #pipelines: MeasuredPipeline[] = [];
  readonly #counters = {
    runs: this.#counter(METRICS.runs),
    records: this.#counter(METRICS.records),
    events: this.#counter(METRICS.events),
    repeats: this.#counter(METRICS.repeats),
    deadLetters: this.#counter(METRICS.deadLetters),
    requests: this.#counter(METRICS.requests),
    sentEvents: this.#counter(METRICS.sentEvents),
    sentBytes: this.#counter(METRICS.sentBytes),
    retries: this.#counter(METRICS.retries),
  };
  readonly #histograms = {
    request: this.#histogram(METRICS.requestDuration),
    read: this.#histogram(METRICS.readDuration),
    window: this.#histogram(METRICS.windowDuration),
  };

  constructor(build: { readonly version: string; readonly node: string }) {
    this.#gauge(METRICS.build).set({ ...build }, 1);
    this.#watched(METRICS.ready, ({ trouble }) => (trouble === undefined ? 1 : 0));
    this.#watched(METRICS.running, ({ isRunning }) => (isRunning ? 1 : 0));
    this.#watched(METRICS.due, ({ isDue }) => (isDue ? 1 : 0));
    this.#watched(METRICS.lag, ({ lagMs }) => inSeconds(lagMs));
    this.#watched(METRICS.firstBackfill, ({ isBackfilled }) =>
      isBackfilled === undefined ? undefined : Number(isBackfilled),
    );
    this.#watched(METRICS.lastSuccess, ({ lastSuccess }) => inSeconds(lastSuccess));
    this.#watched(METRICS.openDeadLetters, ({ openDeadLetters }) => openDeadLetters);
    this.#watched(METRICS.heldRecords, ({ heldRecords }) => heldRecords);
    const paused = this.#gauge(METRICS.paused, () => {
      for (const { name, monitor } of this.#pipelines) {
        for (const cause of PAUSE_CAUSES) paused.set({ pipeline: name, cause }, monitor.pause === cause ? 1 : 0);
      }
    });
  }

  /** The text that Prometheus scrapes. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts what the pipeline's runs report to the returned observer. Every series starts at 0, so that rates are right. */
  add(pipeline: MeasuredPipeline): Observer {
    this.#pipelines.push(pipeline);
    this.#startAtZero(pipeline);
    return (observation) => this.#count(pipeline.name, observation);
  }

  #startAtZero({ name, streams }: MeasuredPipeline): void {
    const { runs, records, events, repeats, deadLetters, requests, sentEvents, sentBytes, retries } = this.#counters;
    const pipeline = { pipeline: name };
    for (const outcome of RUN_OUTCOMES) runs.inc({ ...pipeline, outcome }, 0);
    for (const outcome of REQUEST_OUTCOMES) requests.inc({ ...pipeline, outcome }, 0);
    for (const peer of PEERS) retries.inc({ ...pipeline, peer }, 0);
    for (const counter of [sentEvents, sentBytes]) counter.inc(pipeline, 0);
    this.#histograms.request.zero(pipeline);
    for (const stream of streams) {
      const labels = { ...pipeline, stream };
      for (const outcome of RECORD_OUTCOMES) records.inc({ ...labels, outcome }, 0);
      for (const outcome of EVENT_OUTCOMES) events.inc({ ...labels, outcome }, 0);
      for (const reason of REPEAT_REASONS) repeats.inc({ ...labels, reason }, 0);
      deadLetters.inc(labels, 0);
      for (const histogram of [this.#histograms.read, this.#histograms.window]) histogram.zero(labels);
    }
  }

  #count(pipeline: string, observation: Observation): void {
    const { runs, requests, sentEvents, sentBytes, retries } = this.#counters;
    switch (observation.kind) {
      case 'run-ended':
        runs.inc({ pipeline, outcome: observation.outcome });
        break;
      case 'committed':
        this.#countCommit(pipeline, observation);
        break;
      case 'request-ended':
        requests.inc({ pipeline, outcome: observation.outcome });
        sentEvents.inc({ pipeline }, observation.events);
        sentBytes.inc({ pipeline }, observation.bytes);
        this.#histograms.request.observe({ pipeline }, observation.durationMs / 1000);
        break;
      case 'retry':
        retries.inc({ pipeline, peer: observation.peer });
        break;
      case 'page-read':
        this.#histograms.read.observe({ pipeline, stream: observation.stream }, observation.durationMs / 1000);
        break;
      case 'window-done':
        this.#histograms.window.observe({ pipeline, stream: observation.stream }, observation.durationMs / 1000);
        break;
      case 'run-started':
      case 'source-time':
      case 'followed':
      case 'answered':
        break;
    }
  }

  #countCommit(pipeline: string, commit: Extract<Observation, { kind: 'committed' }>): void {
    const { records, events, repeats, deadLetters } = this.#counters;
    const { stream, counts } = commit;
    const labels = { pipeline, stream };
    records.inc({ ...labels, outcome: 'mapped' }, counts.mapped);
    records.inc({ ...labels, outcome: 'filtered' }, counts.filtered);
    records.inc({ ...labels, outcome: 'dead_lettered' }, counts.deadLetteredRecords);
    events.inc({ ...labels, outcome: 'accepted' }, counts.accepted);
    events.inc({ ...labels, outcome: 'dead_lettered' }, counts.deadLetteredEvents);
    for (const reason of REPEAT_REASONS) repeats.inc({ ...labels, reason }, counts.repeats[reason]);
    deadLetters.inc(labels, commit.deadLetters);
  }

  #counter({ name, help, labels }: MetricEntry): Counter {
    return new Counter({ name, help, labelNames: Object.keys(labels), registers: [this.#registry] });
  }

  #histogram({ name, help, labels, buckets = [] }: MetricEntry): Histogram {
    const labelNames = Object.keys(labels);
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.#registry] });
  }

  #gauge({ name, help, labels }: MetricEntry, collect?: () => void): Gauge {
    const labelNames = Object.keys(labels);
    return new Gauge({ name, help, labelNames, registers: [this.#registry], ...(collect ? { collect } : {}) });
  }

  /** A gauge that is read from the monitors on every request; a pipeline without a value has no series. */
  #watched(entry: MetricEntry, read: (monitor: PipelineMonitor) => number | undefined): void {
    const gauge = this.#gauge(entry, () => {
      for (const { name, monitor } of this.#pipelines) {
        const value = read(monitor);
        if (value === undefined) gauge.remove({ pipeline: name });
        else gauge.set({ pipeline: name }, value);
      }
    });
  }
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
