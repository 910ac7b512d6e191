/** The steps of a worker at which a fault can happen, roughly in the order of a run. */
export const STEPS = [
  'acquire',
  'source-open',
  'source-now',
  'bind',
  'sink-open',
  'next',
  'plan',
  'page',
  'map',
  'send',
  'advance',
  'finish',
  'backfilled',
  'get',
  'replay',
  'discard',
  'open-backfill',
  'close-backfill',
  'rewind',
  'accept',
  'digest',
  'remember',
  'run-ended',
  'renew',
  'release',
] as const;

/** The steps of a worker that shares its pipeline with others. Apart, so that the faults of every other seed stay the same. */
export const SHARED_STEPS = ['join', 'refresh', 'claim', 'pace', 'back-off'] as const;

/** Too few seeds have a destination that refuses large requests: its faults are those of the way to the state alone. */
type SeldomStep = 'ceiling';
export type Step = (typeof STEPS)[number] | (typeof SHARED_STEPS)[number] | SeldomStep;

/** The faults of a worker at a step. */
const WORKER_FAULTS = ['crash-before', 'crash-after', 'frozen', 'stopped'] as const;
/** The faults of the peer's answer. */
const SOURCE_FAULTS = ['transient', 'refused', 'drift'] as const;
const SINK_FAULTS = ['transient', 'refused', 'unexpected'] as const;
/** `fails-after`: it took effect but looks failed. */
const COMMIT_FAULTS = ['fails-before', 'fails-after'] as const;
const SEND_FAULTS = [
  'lost-request',
  'lost-answer',
  'partial',
  'unmentioned',
  'unexpected',
  'unavailable',
  'throttled',
  'slow',
  'refused',
  'mass-rejection',
] as const;
export type SendFault = (typeof SEND_FAULTS)[number];

/**
 * Between a worker and the state that it shares: `partition` cuts off one worker for a while, `slow-state` makes everybody
 * wait for the row.
 */
const STATE_FAULTS = ['partition', 'slow-state'] as const;

/** The faults in the records. */
export const DATA_FAULTS = [
  'unmappable',
  'unencodable',
  'unassembled',
  'poison',
  'rejected',
  'too-large',
  'over-the-cap',
] as const;
export type DataFault = (typeof DATA_FAULTS)[number];

export type FaultKind =
  | (typeof WORKER_FAULTS)[number]
  | (typeof SOURCE_FAULTS)[number]
  | (typeof SINK_FAULTS)[number]
  | (typeof COMMIT_FAULTS)[number]
  | (typeof STATE_FAULTS)[number]
  | SendFault;

const COMMITS: readonly Step[] = [
  'bind',
  'plan',
  'advance',
  'finish',
  'backfilled',
  'replay',
  'discard',
  'open-backfill',
  'close-backfill',
  'rewind',
  'accept',
  'remember',
  'run-ended',
];
const READS: readonly Step[] = ['source-open', 'source-now', 'next', 'page', 'get', 'digest'];

/** Which faults can happen at a step. */
export function faultsAt(step: Step): readonly FaultKind[] {
  // Mapping is synchronous and cannot freeze. A released lease no longer matters.
  if (step === 'map') return ['crash-before', 'stopped'];
  if (step === 'release') return ['crash-before', 'crash-after', 'frozen'];
  if (step === 'send') return [...WORKER_FAULTS, ...SEND_FAULTS];
  if (step === 'renew') return [...WORKER_FAULTS, 'fails-before'];
  if (step === 'sink-open') return [...WORKER_FAULTS, ...SINK_FAULTS];
  if (COMMITS.includes(step)) return [...WORKER_FAULTS, ...COMMIT_FAULTS];
  return READS.includes(step) ? [...WORKER_FAULTS, ...SOURCE_FAULTS] : WORKER_FAULTS;
}

/** One cell of the matrix. */
export interface Cell {
  readonly step: Step;
  readonly fault: FaultKind;
}

/** The cells of every pipeline. */
export const CELLS: readonly Cell[] = STEPS.flatMap((step) => faultsAt(step).map((fault) => ({ step, fault })));

/** The steps at which a worker that shares its pipeline needs the state. */
const NEEDS_STATE: readonly Step[] = [...SHARED_STEPS, 'bind', 'plan', 'advance', 'finish', 'backfilled', 'renew'];

/** Which faults can happen at a step of a worker that shares its pipeline, and of no other. */
export function sharedFaultsAt(step: Step): readonly FaultKind[] {
  const ofWorker = SHARED_STEPS.some((each) => each === step) ? WORKER_FAULTS : [];
  return [...ofWorker, ...(NEEDS_STATE.includes(step) ? STATE_FAULTS : [])];
}

/** The cells of pipelines that several workers share, besides those of every pipeline. */
export const SHARED_CELLS: readonly Cell[] = [...STEPS, ...SHARED_STEPS].flatMap((step) =>
  sharedFaultsAt(step).map((fault) => ({ step, fault })),
);

/** A fault that waits for its step, from a given time on. */
export interface Fault extends Cell {
  readonly number: number;
  readonly afterMs: number;
}

export function isSendFault(fault: FaultKind | undefined): fault is SendFault {
  return SEND_FAULTS.some((each) => each === fault);
}
