import {
  CELLS,
  DATA_FAULTS,
  faultsAt,
  SHARED_CELLS,
  SHARED_STEPS,
  sharedFaultsAt,
  STEPS,
  type DataFault,
  type FaultKind,
  type Step,
} from './faults.js';
import { SHARED_EVENTS } from './workers-oracle.js';
import type { SimulationResult } from './simulation.js';

/** How many workers share a pipeline in the seeds in which several do. */
const SHARING_WORKERS = [2, 3, 4];

/** How often each fault happened at each step and in the records, and in how many seeds how many workers shared the pipeline. */
export type Coverage = Readonly<Record<string, number>>;

export function coverageOf({
  faults,
  dataFaults,
  sharedEvents,
  sharingWorkers,
}: Pick<SimulationResult, 'faults' | 'dataFaults' | 'sharedEvents' | 'sharingWorkers'>): Coverage {
  const coverage: Record<string, number> = {};
  for (const { step, fault } of faults) coverage[cellName(step, fault)] = (coverage[cellName(step, fault)] ?? 0) + 1;
  for (const [fault, times] of dataFaults) coverage[dataName(fault)] = times;
  for (const [event, times] of sharedEvents) coverage[event] = times;
  if (sharingWorkers > 0) coverage[workersName(sharingWorkers)] = 1;
  return coverage;
}

export function addCoverage(a: Coverage, b: Coverage): Coverage {
  const sum: Record<string, number> = { ...a };
  for (const [name, times] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + times;
  return sum;
}

/** The cells in which nothing happened. */
export function emptyCells(coverage: Coverage): readonly string[] {
  const cells = [...CELLS, ...SHARED_CELLS].map(({ step, fault }) => cellName(step, fault));
  const names = [...cells, ...DATA_FAULTS.map(dataName), ...SHARED_EVENTS, ...SHARING_WORKERS.map(workersName)];
  return names.filter((name) => (coverage[name] ?? 0) === 0);
}

/** The matrix as text: a row per step, a column per fault that can happen at more than one of them. */
export function renderCoverage(coverage: Coverage): string {
  const steps = STEPS.filter((step) => step !== 'send');
  const columns = [...new Set(steps.flatMap(faultsAt))];
  const header = ['step', ...columns];
  const rows = [...STEPS].map((step) => [step, ...columns.map((fault) => cellText(coverage, step, fault))]);
  const atSend = faultsAt('send').filter((fault) => !columns.includes(fault));
  return [
    table([header, ...rows]),
    'faults of requests',
    table(atSend.map((fault) => [fault, cellText(coverage, 'send', fault)])),
    'faults of records',
    table(DATA_FAULTS.map((fault) => [fault, String(coverage[dataName(fault)] ?? 0)])),
    'several workers of one pipeline',
    sharedTable(coverage),
    table(SHARED_EVENTS.map((event) => [event, String(coverage[event] ?? 0)])),
  ].join('\n\n');
}

/** In how many seeds several workers shared the pipeline, and how many they were. */
export function workersText(coverage: Coverage): string {
  const seeds = SHARING_WORKERS.map((workers) => coverage[workersName(workers)] ?? 0);
  const each = SHARING_WORKERS.map((workers, index) => `${seeds[index]} with ${workers}`);
  return `${seeds.reduce((sum, count) => sum + count, 0)} seeds with several workers at once: ${each.join(', ')}`;
}

function sharedTable(coverage: Coverage): string {
  const steps = [...STEPS, ...SHARED_STEPS].filter((step) => sharedFaultsAt(step).length > 0);
  const columns = [...new Set(steps.flatMap(sharedFaultsAt))];
  const text = (step: Step, fault: FaultKind) =>
    sharedFaultsAt(step).includes(fault) ? String(coverage[cellName(step, fault)] ?? 0) : '·';
  return table([['step', ...columns], ...steps.map((step) => [step, ...columns.map((fault) => text(step, fault))])]);
}

function cellText(coverage: Coverage, step: Step, fault: FaultKind): string {
  return faultsAt(step).includes(fault) ? String(coverage[cellName(step, fault)] ?? 0) : '·';
}

function cellName(step: Step, fault: FaultKind): string {
  return `${step} × ${fault}`;
}

function workersName(workers: number): string {
  return `seeds with ${workers} workers`;
}

function dataName(fault: DataFault): string {
  return `record × ${fault}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)));
  return rows.map((row) => line(row).join('  ')).join('\n');
}
