import type { GetRequest, ReadRequest, RecordPage, Source } from '@sluice/core/source';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { WorkerRecord } from './worker-record.js';

export interface SimulatedSourceParts {
  /** Where the records are. */
  readonly database: Source;
  readonly process: SimulatedProcess;
  readonly clock: SimulatedClock;
  readonly random: () => number;
  readonly record: WorkerRecord;
}

/** A record counts as many, so that small windows are divided among the workers. */
const ESTIMATED_PER_RECORD = 12_500;

/** A worker's connection to the source. Every page is read on request, so that records change in between. */
export function simulatedSource(parts: SimulatedSourceParts): Source {
  const { database, process, clock, random, record } = parts;
  const { next, digest, estimate } = database;
  if (digest === undefined || estimate === undefined) throw new Error('the simulated source is not whole');

  async function* read(request: ReadRequest): AsyncGenerator<RecordPage> {
    let { after } = request;
    record.readBegins(request.window, after);
    for (;;) {
      const from = after;
      const ask = async () => {
        await clock.sleep(100 + random() * 1400);
        const asked = { ...request, ...(from === undefined ? {} : { after: from }) };
        for await (const first of database.read(asked)) return first;
        return undefined;
      };
      const page = await process.step('page', ask, JSON.stringify(request.window));
      if (page === undefined) return record.readEnds(request.window);
      record.pageRead(request.window, page);
      // By the contract, a record may come twice if its place in the order can change.
      const comesTwice = ['changed', 'derived'].includes(page.part) && page.keys.length > 1 && random() < 0.3;
      after = page.cursors.at(comesTwice ? -2 : -1);
      yield page;
    }
  }

  async function* get(request: GetRequest): AsyncGenerator<RecordPage> {
    record.getBegins(request.stream);
    const pages = await process.step('get', async () => {
      await clock.sleep(50 + random() * 500);
      const found: RecordPage[] = [];
      for await (const page of database.get?.(request) ?? []) found.push(page);
      return found;
    });
    for (const page of pages) {
      record.pageGot(request.stream, page);
      yield page;
    }
  }

  return {
    identity: () => ({ ...database.identity(), fingerprint: record.identity.source }),
    open: () => process.step('source-open', async () => clock.sleep(50)),
    check: async () => [],
    now: () => process.step('source-now', async () => Math.floor(clock.nowMs)),
    next: (...asked) => process.step('next', async () => next(...asked), asked.slice(0, 3).join(' ')),
    estimate: (window) =>
      process.step('next', async () => (await estimate(window)) * ESTIMATED_PER_RECORD, JSON.stringify(window)),
    read: (request) => read(request),
    get: (request) => get(request),
    digest: (request) => process.step('digest', async () => digest(request)),
    close: async () => {},
  };
}
