import type { DeadLetter } from '../../contracts/dead-letter.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { RecordPage } from '../../contracts/source.js';
import type { Attribution } from '../../contracts/pipeline-state.js';
import { StaleBatchError } from '../delivery/checking-sender.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import type { Run } from '../run/run.js';
import { withLease, type RunOptions, type RunResult } from '../run/with-lease.js';
import { closing } from './closing.js';
import { storedEventsMapper, storedEventsPage } from './stored-events.js';
import { WindowDelivery } from '../delivery/window-delivery.js';

/** How many records are replayed and committed at a time. */
const AT_A_TIME = 500;

export interface ReplayOptions extends RunOptions {
  /** Which open dead letters to replay; others of the same record are closed with them. */
  readonly wanted: (letter: DeadLetter) => boolean;
  readonly attribution: Omit<Attribution, 'at'>;
}

/** The outcome of replayed dead letters. */
export interface ReplayReport {
  /** Their record was delivered, or the mapping no longer makes an event of it. */
  readonly closed: number;
  /** Their record became a dead letter again, for a new reason or the same. */
  readonly failedAgain: number;
  /**
   * Still open: their record is no longer in the source, or their stream no longer in the mapping; or, if the source cannot
   * return records by key, they have no event.
   */
  readonly left: readonly DeadLetter[];
}

/** How a replay ended, and what became of the dead letters. */
export interface ReplayResult extends RunResult {
  readonly replay: ReplayReport;
}

/**
 * Reads the records of dead letters again, maps them with the current mapping and delivers them. A dead letter is closed
 * when its record is delivered. If the source cannot return records by key, the dead letter's event is sent.
 */
export async function replayDeadLetters(
  pipeline: Pipeline,
  context: EngineContext,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const report = { closed: 0, failedAgain: 0, left: [] as DeadLetter[] };
  // Failures are expected in a replay, so no share of them is suspicious.
  const forgiving = { ...pipeline, delivery: { ...pipeline.delivery, maxDeadLetterShare: 1 } };
  const result = await withLease(forgiving, context, options, async (run) => {
    for (const [stream, letters] of await lettersByStream(run, options.wanted)) {
      const mapper = pipeline.mapper.streams.find((each) => each.stream === stream);
      if (mapper === undefined) {
        report.left.push(...letters);
        continue;
      }
      const keys = [...new Set(letters.map(({ key }) => key))];
      for (let start = 0; start < keys.length; start += AT_A_TIME) {
        run.signal.throwIfAborted();
        const some = new Set(keys.slice(start, start + AT_A_TIME));
        const part = await replay(
          run,
          mapper,
          letters.filter(({ key }) => some.has(key)),
          options.attribution,
        );
        report.closed += part.closed;
        report.failedAgain += part.failedAgain;
        report.left.push(...part.left);
      }
    }
  });
  return { ...result, replay: report };
}

/** All open dead letters of the wanted records. */
async function lettersByStream(
  run: Run,
  wanted: (letter: DeadLetter) => boolean,
): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
  const records = new Set<string>();
  for await (const letter of run.ledger.reader.deadLetters()) if (wanted(letter)) records.add(recordOf(letter));
  const byStream = new Map<string, DeadLetter[]>();
  for await (const letter of run.ledger.reader.deadLetters()) {
    if (!records.has(recordOf(letter))) continue;
    const known = byStream.get(letter.stream);
    if (known) known.push(letter);
    else byStream.set(letter.stream, [letter]);
  }
  return byStream;
}

function recordOf({ stream, key }: DeadLetter): string {
  return JSON.stringify([stream, key]);
}

async function replay(
  run: Run,
  mapper: StreamMapper,
  letters: readonly DeadLetter[],
  attribution: Omit<Attribution, 'at'>,
): Promise<ReplayReport> {
  const { context, ledger, pipeline } = run;
  const attempts = new Map<string, number>();
  for (const letter of letters) attempts.set(letter.key, Math.max(letter.attempts, attempts.get(letter.key) ?? 0));
  for (;;) {
    const readsAgain = pipeline.source.get !== undefined;
    const used = readsAgain ? mapper : storedEventsMapper(mapper.stream, letters);
    const pages = readsAgain ? await getRecords(run, mapper, [...attempts.keys()]) : [storedEventsPage(letters)];
    const window = replayWindow(run, mapper.stream);
    const delivery = new WindowDelivery(run, used, window, (key) => attempts.get(key) ?? 0);
    try {
      for (const page of pages) await delivery.add(page);
      await delivery.drain();
    } catch (error) {
      await delivery.halt(error);
      // Nothing was committed yet, so everything is sent again.
      run.line.held.restore(ledger.state.held);
      if (error instanceof StaleBatchError) continue;
      throw error;
    }
    const found = new Set(pages.flatMap(({ keys }) => keys));
    const isTried = ({ key, event }: DeadLetter) => found.has(key) && (readsAgain || event !== undefined);
    const tried = letters.filter(isTried);
    const prefix = delivery.takeFinished();
    if (prefix) {
      await ledger.replayed(window, prefix, closing(tried, 'replayed', { ...attribution, at: context.runtime.now() }));
    }
    const dead = new Set(prefix?.deadLetters.map(({ key }) => key));
    const failedAgain = tried.filter(({ key }) => dead.has(key)).length;
    return {
      closed: tried.length - failedAgain,
      failedAgain,
      left: letters.filter((letter) => !isTried(letter)),
    };
  }
}

/** A window for the ledger's counts. It is planned and finished in one commit, so it is never left open. */
function replayWindow({ line, ledger }: Run, stream: string): LedgerWindow {
  const now = line.clock.now();
  return {
    id: ledger.state.nextWindowId,
    purpose: 'replay',
    window: { stream, axis: 'change', from: now, until: now + 1, revisitMs: 0 },
    status: 'open',
    segments: [],
    plannedAt: now,
  };
}

async function getRecords(
  { pipeline: { source }, signal }: Run,
  { stream, fields }: StreamMapper,
  keys: readonly string[],
): Promise<readonly RecordPage[]> {
  const pages: RecordPage[] = [];
  for await (const page of source.get?.({ stream, keys, fields }, { signal }) ?? []) pages.push(page);
  return pages;
}
