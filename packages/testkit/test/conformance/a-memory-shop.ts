import { TransientError, type Instant } from '@sluice/core/adapter';
import type {
  FieldRequest,
  FieldValue,
  ReadRequest,
  RecordPage,
  Source,
  StreamSchema,
  Window,
} from '@sluice/core/source';
import type { DescribeSourceOptions } from '@sluice/testkit';

interface Order {
  readonly id: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

const START = Date.UTC(2026, 0, 1);
const PAGE_SIZE = 2;
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

const orders: StreamSchema = {
  name: 'order',
  doc: 'orders',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'its id' },
    note: { type: 'text', nullable: true, changeable: true, personal: false, doc: 'what was said about it' },
    placed: { type: 'timestamp', nullable: false, changeable: false, personal: false, doc: 'when it was placed' },
    details: { type: 'json', nullable: false, changeable: false, personal: false, doc: 'what else is known' },
  },
};

/** A table that counts its open statements. */
class Table {
  readonly orders = new Map<string, Order>();
  open = 0;
  isGone = false;

  constructor() {
    // The last four have one time: pages of two end between them.
    for (const [index, id] of IDS.entries()) this.touch(id, START + Math.min(index, 2) * 1000);
  }

  touch(id: string, at: Instant): void {
    this.orders.set(id, { id, createdAt: this.orders.get(id)?.createdAt ?? at, updatedAt: at });
  }

  rows(): readonly Order[] {
    if (this.isGone) throw new TransientError('the shop does not answer');
    return [...this.orders.values()];
  }
}

/** A correct source that asks its table for each page, from which each planted bug overrides a step. */
export class MemoryShop implements Source {
  protected readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  identity() {
    return { description: 'shop', fingerprint: 'shop' };
  }

  async open(): Promise<void> {}

  async check(): ReturnType<Source['check']> {
    try {
      const { length } = this.table.rows();
      return [{ name: 'table', outcome: 'good', message: `${length} orders` }];
    } catch {
      return [{ name: 'table', outcome: 'bad', message: 'the shop does not answer', fix: 'start it' }];
    }
  }

  async now() {
    return START + 3_600_000;
  }

  async next(_stream: string, _axis: string, from: Instant, { createdBefore = Infinity } = {}) {
    const times = this.table.rows().flatMap(({ createdAt }) => (createdAt < createdBefore ? [createdAt] : []));
    return times.filter((time) => time >= from).toSorted((a, b) => a - b)[0];
  }

  async *read({ window, after, fields }: ReadRequest, { signal }: { readonly signal?: AbortSignal } = {}) {
    let last = after;
    for (;;) {
      signal?.throwIfAborted();
      const found = this.following(window, last);
      if (found.length === 0) return;
      const page = this.pageOf(window, found, fields);
      yield* this.given(page);
      last = page.cursors.at(-1);
    }
  }

  async close(): Promise<void> {}

  /** The orders of a page. */
  protected following(window: Window, after: string | undefined): readonly Order[] {
    return this.table
      .rows()
      .filter((order) => this.isIn(window, order))
      .toSorted((a, b) => (this.cursorOf(window, a) < this.cursorOf(window, b) ? -1 : 1))
      .filter((order) => after === undefined || this.cursorOf(window, order) > after)
      .slice(0, PAGE_SIZE);
  }

  protected isIn(
    { axis, from, until, createdBefore = Infinity, eventFrom = -Infinity, revisitMs, olderOnly }: Window,
    order: Order,
  ) {
    const { createdAt, updatedAt } = order;
    if (axis === 'event') return createdAt >= from && createdAt < until && createdAt < createdBefore;
    if (createdAt < createdBefore && createdAt < eventFrom) return false;
    if (createdAt >= from && createdAt < until) return olderOnly !== true;
    return createdAt >= from - revisitMs && createdAt < from && updatedAt >= from;
  }

  protected partOf({ axis, from }: Window, { createdAt }: Order) {
    if (axis === 'event') return 'event';
    return createdAt >= from ? 'created' : 'changed';
  }

  protected cursorOf(window: Window, order: Order): string {
    return [this.partOf(window, order) === 'changed' ? 1 : 0, order.createdAt, order.id].join(' ');
  }

  protected async *given(page: RecordPage): AsyncGenerator<RecordPage> {
    yield page;
  }

  protected valueOf({ id, createdAt }: Order, { field, path = [] }: FieldRequest): FieldValue {
    const values: Readonly<Record<string, FieldValue>> = { id, note: `of ${id}`, placed: createdAt, details: { id } };
    if (path.length === 0) return values[field] ?? null;
    return path.join('.') === 'id' ? id : null;
  }

  private pageOf(window: Window, all: readonly Order[], fields: readonly FieldRequest[]): RecordPage {
    const [first] = all;
    const part = first === undefined ? 'created' : this.partOf(window, first);
    const found = all.filter((order) => this.partOf(window, order) === part);
    return {
      part,
      rows: found.map((order) => fields.map((request) => this.valueOf(order, request))),
      keys: found.map(({ id }) => id),
      createdAt: found.map(({ createdAt }) => createdAt),
      cursors: found.map((order) => this.cursorOf(window, order)),
    };
  }
}

/** The options of the suite for a source, correct or not. */
export function memoryShopOptions(
  name: string,
  sourceFor: (table: Table) => Source = (table) => new MemoryShop(table),
): DescribeSourceOptions {
  return {
    name,
    changes: true,
    create: async () => {
      const table = new Table();
      return {
        source: sourceFor(table),
        schema: orders,
        from: START,
        until: START + 10_000,
        keys: IDS,
        change: async (key, at) => table.touch(key, at),
        openReads: async () => table.open,
        dispose: async () => {
          table.isGone = true;
        },
      };
    },
  };
}
