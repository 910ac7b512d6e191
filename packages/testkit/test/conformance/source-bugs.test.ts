import type { Axis, FieldRequest, RecordPage, Source, Window } from '@sluice/core/source';
import { describeSource } from '@sluice/testkit';
import { expect } from 'chai';
import { MemoryShop, memoryShopOptions } from './a-memory-shop.js';
import { failedTestsOf } from './failed-tests-of.js';

type Order = Parameters<MemoryShop['cursorOf']>[1];

class SkipsEqualTimes extends MemoryShop {
  override following(window: Window, after: string | undefined) {
    const time = Number(after?.split(' ')[1] ?? 0);
    const all = this.table.rows().filter((order) => this.isIn(window, order));
    return all.filter(({ createdAt }) => createdAt > time).slice(0, 2);
  }
}

class PagesByOffset extends MemoryShop {
  #offset = 0;

  override following(window: Window, after: string | undefined) {
    this.#offset = after === undefined ? 0 : this.#offset + 2;
    const all = this.table.rows().filter((order) => this.isIn(window, order));
    return all
      .toSorted((a, b) => a.updatedAt - b.updatedAt || (a.id < b.id ? -1 : 1))
      .slice(this.#offset, this.#offset + 2);
  }
}

class LosesLateChanges extends MemoryShop {
  override isIn(window: Window, order: Order) {
    return super.isIn(window, order) && order.updatedAt <= window.until;
  }
}

class TurnsAroundOnResume extends MemoryShop {
  override async *read(request: Parameters<Source['read']>[0], options?: Parameters<Source['read']>[1]) {
    const pages: RecordPage[] = [];
    for await (const page of super.read(request, options ?? {})) pages.push(page);
    yield* request.after === undefined ? pages : pages.toReversed();
  }
}

class ReadsPastItsWindow extends MemoryShop {
  override isIn(window: Window, order: Order) {
    return super.isIn({ ...window, until: window.until + 1 }, order);
  }
}

class KeepsATransactionOpen extends MemoryShop {
  override async *given(page: RecordPage): AsyncGenerator<RecordPage> {
    this.table.open += 1;
    yield page;
    this.table.open -= 1;
  }
}

class ThrowsInCheck extends MemoryShop {
  override async check(): ReturnType<Source['check']> {
    return [{ name: 'table', outcome: 'good', message: `${this.table.rows().length} orders` }];
  }
}

class FindsTheNextTooLate extends MemoryShop {
  override async next(stream: string, axis: Axis, from: number, options?: object) {
    const first = await super.next(stream, axis, from, options);
    return first === undefined ? undefined : super.next(stream, axis, first + 1, options).then((next) => next ?? first);
  }
}

class ThrowsWhatItGets extends MemoryShop {
  override next(...args: Parameters<MemoryShop['next']>) {
    return super.next(...args).catch((error: unknown) => {
      throw new Error('something happened', { cause: error });
    });
  }
}

class ThrowsAString extends MemoryShop {
  override async *read(...args: Parameters<MemoryShop['read']>) {
    try {
      yield* super.read(...args);
    } catch {
      throw 'the shop is closed';
    }
  }
}

class NumbersItsCursors extends MemoryShop {
  readonly #cursors: string[] = [];

  override async *read(request: Parameters<Source['read']>[0], options?: Parameters<Source['read']>[1]) {
    const after = request.after === undefined ? {} : { after: this.#cursors[Number(request.after)] ?? '9' };
    for await (const page of super.read({ ...request, ...after }, options ?? {}))
      yield { ...page, cursors: page.cursors.map((cursor) => String(this.#cursors.push(cursor) - 1)) };
  }
}

class HasNoClock extends MemoryShop {
  override async now() {
    return 0;
  }
}

class CountsInMicroseconds extends MemoryShop {
  override async now() {
    return Date.now() * 1000;
  }
}

class HasNoFingerprint extends MemoryShop {
  override identity() {
    return { ...super.identity(), fingerprint: '' };
  }
}

class LeavesATimer extends MemoryShop {
  override async open() {
    // Long enough to be there after `close`.
    setTimeout(() => {}, 500);
  }
}

class TakesKeysFromItsRows extends MemoryShop {
  override async *read(...[request, options]: Parameters<MemoryShop['read']>) {
    const column = request.fields.findIndex(({ field }) => field === 'id');
    for await (const page of super.read(request, options))
      yield { ...page, keys: page.rows.map((row) => String(row[column])) };
  }
}

class ReadsOnePageOfChanges extends MemoryShop {
  override following(window: Window, after: string | undefined) {
    const found = super.following(window, after);
    return after?.startsWith('1 ') ? [] : found;
  }
}

class ReadsTheLatestChangeFirst extends MemoryShop {
  override cursorOf(window: Window, order: Order) {
    if (this.partOf(window, order) !== 'changed') return super.cursorOf(window, order);
    return `1 ${1e14 - order.updatedAt} ${order.id}`;
  }
}

class LooksAtItsSignalOnce extends MemoryShop {
  override async *read(...[request, { signal } = {}]: Parameters<MemoryShop['read']>) {
    signal?.throwIfAborted();
    yield* super.read(request);
  }
}

class IgnoresThePath extends MemoryShop {
  override valueOf(order: Order, { field }: FieldRequest) {
    return super.valueOf(order, { field });
  }
}

class CountsInSeconds extends MemoryShop {
  override valueOf(order: Order, request: FieldRequest) {
    return request.field === 'placed' ? order.createdAt / 1000 : super.valueOf(order, request);
  }
}

class LooksInTheWrongPlace extends MemoryShop {
  override valueOf(order: Order, request: FieldRequest) {
    return request.field === 'note' ? null : super.valueOf(order, request);
  }
}

const BUGS: readonly (readonly [bug: string, Source: typeof MemoryShop, rule: RegExp])[] = [
  [
    'skips equal times at the edge of a page',
    SkipsEqualTimes,
    /must have all of its records; missing: .*to do: go on after the time AND/u,
  ],
  [
    'loses a record that changes between pages, by an offset',
    PagesByOffset,
    /must not hide any; missing: .*to do: go on after the last cursor/u,
  ],
  ['loses a record that changes late', LosesLateChanges, /must not hide any; missing/u],
  [
    'gives another order on resume',
    TurnsAroundOnResume,
    /must have the same order whenever it is read.*to do: order by time/u,
  ],
  ['reads past its window', ReadsPastItsWindow, /must end before `until`.*to do: read `time >= from/u],
  [
    'keeps a transaction open',
    KeepsATransactionOpen,
    /while the engine waits for the sink; open: 1.*to do: read each page/u,
  ],
  ['throws in its check', ThrowsInCheck, /check must not throw.*to do: catch the error/u],
  [
    'finds the next record too late',
    FindsTheNextTooLate,
    /next must find the first record.*passed over: .*to do: take/u,
  ],
  ['throws an error of another kind', ThrowsWhatItGets, /contract: next threw `Error: something.*to do: translate it/u],
  ['throws a string', ThrowsAString, /contract: read threw `the shop is closed`; to do: translate it/u],
  ['numbers its cursors', NumbersItsCursors, /must mean the same to every instance.*to do: put the time and the key/u],
  ['has no clock', HasNoClock, /must be the time of the source's clock.*it is 0; to do: return milliseconds/u],
  ['has a clock of microseconds', CountsInMicroseconds, /must be the time of the source's clock/u],
  ['has no fingerprint', HasNoFingerprint, /must have a description and a fingerprint/u],
  [
    'takes its keys from its rows',
    TakesKeysFromItsRows,
    /the same keys, times and cursors when only note is asked for; to do: read the key/u,
  ],
  [
    'reads one page of changes',
    ReadsOnePageOfChanges,
    /must have every record that changed in its revisit; missing: .*to do: read the part/u,
  ],
  ['reads the latest change first', ReadsTheLatestChangeFirst, /every record that changed in its revisit/u],
  [
    'looks at its signal once',
    LooksAtItsSignalOnce,
    /read must end when its signal aborts between two pages.*to do: call `signal/u,
  ],
  ['ignores the path of a field', IgnoresThePath, /details with the path \["id"\] must have that part.*to do: follow/u],
  ['gives a time in seconds', CountsInSeconds, /placed is timestamp, and has 17.*to do: give a time in milliseconds/u],
  [
    'looks for a value in the wrong place',
    LooksInTheWrongPlace,
    /must see a value in every field.*always null: note; to do: give these fields/u,
  ],
  ['leaves a timer', LeavesATimer, /no timer may run after close.*left: 1/u],
];

describeSource(memoryShopOptions('a correct memory shop'));

describe('the conformance suite of sources', () => {
  for (const [bug, Buggy, rule] of BUGS) {
    it(`finds a source that ${bug}, and says what to do`, async () => {
      const failed = await failedTestsOf(() => describeSource(memoryShopOptions(bug, (table) => new Buggy(table))));
      expect(failed.map(({ message }) => message).join('\n')).to.match(rule);
    });
  }

  it('asks for records of one time, and for what the source holds open', async () => {
    const options = memoryShopOptions('wanting');
    const failed = await failedTestsOf(() =>
      describeSource({
        ...options,
        create: async () => {
          const { openReads: _, ...subject } = await options.create();
          return {
            ...subject,
            source: new (class extends MemoryShop {
              override following(window: Window, after: string | undefined) {
                return super
                  .following(window, after)
                  .slice(0, after === undefined ? 2 : 1)
                  .filter(({ id }) => id < 'd');
              }
            })((subject.source as unknown as { table: ConstructorParameters<typeof MemoryShop>[0] }).table),
          };
        },
      }),
    );
    const said = failed.map(({ message }) => message).join('\n');
    expect(said).to.contain('return `openReads` from `create`');
    expect(said).to.contain('create more records at one time than a page holds');
  });
});
