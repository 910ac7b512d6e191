import type { Arrivals } from '../../contracts/arrivals.js';
import { eventId } from '../../contracts/event.js';
import { ConfigError } from '../../contracts/errors.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Attribution } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import { BackfillStream } from '../backfill/backfill-stream.js';
import { newBackfillId, openBackfillOf } from '../backfill/run-backfill.js';
import { HeldRecords } from '../delivery/held-records.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import type { Run } from '../run/run.js';
import { withLease, type RunOptions, type RunResult } from '../run/with-lease.js';
import type { MissingHour } from './missing-hour.js';
import { arrivalsOf, compareDestination, settlingUntil } from './compare-destination.js';
import type { DestinationRange } from './destination-range.js';
import type { DestinationVerification } from './destination-verification.js';
import type { RecordRange } from './record-ranges.js';

const MINUTE_MS = 60_000;

export interface DestinationRepairOptions extends RunOptions, DestinationRange {
  readonly attribution: Omit<Attribution, 'at'>;
}

/** How a repair of the destination ended, with the comparison before it. */
export interface DestinationRepairResult extends RunResult {
  /** Absent when the comparison failed. */
  readonly before?: DestinationVerification;
  /** When what was sent can be verified. Absent when nothing was sent. */
  readonly verifiableAt?: Instant;
}

/**
 * Compares as `verifyDestination`, and sends the events that are missing again, and no others: by backfills of the days of
 * their records, with lease, ledger and receipts as in any backfill. Throws `ConfigError` for a sink that cannot be asked, and
 * while what was sent last may still be on its way.
 */
export async function repairDestination(
  pipeline: Pipeline,
  context: EngineContext,
  options: DestinationRepairOptions,
): Promise<DestinationRepairResult> {
  const arrivals = arrivalsOf(pipeline.sink);
  await refuseIfSettling(pipeline, arrivals, context);
  let before: DestinationVerification | undefined;
  let verifiableAt: Instant | undefined;
  const result = await withLease(pipeline, context, options, async (run, binding) => {
    const { ledger, signal } = run;
    const { state, reader } = ledger;
    const stored = { state, binding, reader, isRunning: false };
    const compared = await compareDestination({
      ...options,
      ...stored,
      pipeline: run.pipeline,
      context: run.context,
      signal,
    });
    const { missing, verification } = compared;
    before = verification;
    if (missing.length === 0) return;
    for (const mapper of pipeline.mapper.streams) await repairStream(run, mapper, missing, options.attribution);
    verifiableAt = context.runtime.now() + arrivals.lagMs;
  });
  return { ...result, ...(before && { before }), ...(verifiableAt !== undefined && { verifiableAt }) };
}

/** Before the lease is taken: taking it would count as a run. */
async function refuseIfSettling(
  { name, state: store }: Pipeline,
  arrivals: Arrivals,
  context: EngineContext,
): Promise<void> {
  const reader = store.reader(name);
  const [state, holder] = await Promise.all([reader.read(), reader.holder()]);
  const settlesAt = settlingUntil({ state, isRunning: holder !== undefined }, arrivals, context.runtime.now());
  if (settlesAt === undefined) return;
  const at = new Date(settlesAt + MINUTE_MS - 1).toISOString().slice(0, 16);
  const why = 'the events of the last run may still be on their way, and cannot be found yet';
  throw new ConfigError([], `nothing was compared or sent: ${why}\n→ repair after ${at}Z`);
}

async function repairStream(
  run: Run,
  mapper: StreamMapper,
  missing: readonly MissingHour[],
  attribution: Omit<Attribution, 'at'>,
): Promise<void> {
  const found = missing.flatMap((each) => each.found.filter(({ stream }) => stream === mapper.stream));
  const ids = new Set(found.flatMap((each) => [...each.ids]));
  if (ids.size === 0) return;
  const narrowed = onlyEvents(mapper, ids);
  // What is held stays so: a record that is read here and sends nothing would be released.
  const apart: Run = { ...run, line: { ...run.line, held: new HeldRecords([]) } };
  for (const range of new Set(found.map(({ records }) => records))) await resend(apart, narrowed, range, attribution);
  const events = `${ids.size} ${ids.size === 1 ? 'event' : 'events'}`;
  const detail = `${mapper.stream}: ${events} missing at the destination sent again`;
  const at = run.context.runtime.now();
  await run.ledger.commit([{ type: 'remember', entry: { ...attribution, at, what: 'repair', detail } }]);
}

async function resend(
  run: Run,
  mapper: StreamMapper,
  range: RecordRange,
  attribution: Omit<Attribution, 'at'>,
): Promise<void> {
  const { ledger, pipeline, context, signal } = run;
  const request = { streams: [mapper.stream], ...range };
  let backfill = openBackfillOf(ledger.state, request, 'repair');
  if (backfill === undefined) {
    const at = context.runtime.now();
    const createdBefore = (await pipeline.source.now({ signal })) - pipeline.settleMs;
    backfill = { id: newBackfillId(ledger.state, 'repair'), ...request, createdBefore, at };
    await ledger.commit([{ type: 'open-backfill', backfill, attribution: { ...attribution, at } }]);
  }
  const stream = new BackfillStream(mapper, backfill, pipeline.maxWindowMs);
  await stream.run(run, { parallel: 1, isInterrupted: () => false });
  await ledger.commit([{ type: 'close-backfill', id: backfill.id }]);
}

/** Makes these events only; the records without any are filtered. No event of a held record is missing. */
function onlyEvents(mapper: StreamMapper, ids: ReadonlySet<string>): StreamMapper {
  const { stream, fields } = mapper;
  return {
    stream,
    fields,
    holds: false,
    map: (row) => {
      const result = mapper.map(row);
      const events = result.kind === 'events' ? result.events.filter((event) => ids.has(eventId(event))) : [];
      if (events.length === 0) return { kind: 'filtered', rule: 'no event of it is missing at the destination' };
      return { kind: 'events', events };
    },
  };
}
