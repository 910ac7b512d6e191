export { METRICS, type MetricEntry } from './metric-table.js';
export { Metrics, type MeasuredPipeline } from './metrics.js';
