import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { API_VERSION, type CallOptions, type Instant, type Runtime } from '@sluice/core/adapter';
import {
  keySums,
  SourceDriftError,
  type Axis,
  type DigestRequest,
  type GetRequest,
  type ReadRequest,
  type RecordPage,
  type Source,
  type SourceDefinition,
  type StreamSchema,
  type WindowPart,
} from '@sluice/core/source';
import { hourOf } from '@sluice/core/state';
import { z } from 'zod';

const config = z.strictObject({
  /** The file of orders, one JSON object per line. */
  file: z.string().min(1),
  /** How many orders a page has. */
  pageSize: z.int().positive().default(1000),
});

/** What a line must contain. Unknown keys are allowed; used ones are checked. */
const order = z.looseObject({
  id: z.string(),
  at: z.iso.datetime().transform((text) => Date.parse(text)),
  customer: z.string().nullable().default(null),
  amount: z.number(),
});

type Order = z.infer<typeof order>;

const orders: StreamSchema = {
  name: 'order',
  doc: 'Something that a customer bought.',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The order’s id.' },
    at: { type: 'timestamp', nullable: false, changeable: false, personal: false, doc: 'When it was placed.' },
    customer: { type: 'text', nullable: true, changeable: false, personal: true, doc: 'Who placed it.' },
    amount: { type: 'number', nullable: false, unit: 'usd', changeable: false, personal: false, doc: 'Its value.' },
  },
};

class OrdersSource implements Source {
  readonly #file: string;
  readonly #pageSize: number;
  readonly #runtime: Runtime;

  constructor(file: string, pageSize: number, runtime: Runtime) {
    this.#file = file;
    this.#pageSize = pageSize;
    this.#runtime = runtime;
  }

  identity() {
    return { description: `orders in ${this.#file}`, fingerprint: `orders ${this.#file}` };
  }

  async open() {
    await this.#orders();
  }

  async check() {
    const name = 'orders file';
    try {
      const { length } = await this.#orders();
      return [{ name, outcome: 'good', message: `${this.#file} has ${length} orders` } as const];
    } catch (error) {
      return [{ name, outcome: 'bad', message: String(error), fix: 'correct the option file' } as const];
    }
  }

  async now() {
    return this.#runtime.now();
  }

  async next(_stream: string, _axis: Axis, from: Instant, { createdBefore = Infinity } = {}) {
    const found = await this.#orders();
    return found.find(({ at }) => at >= from && at < createdBefore)?.at;
  }

  async *read({ window, after, fields }: ReadRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    const { from, until, axis, createdBefore = Infinity, eventFrom = -Infinity, olderOnly } = window;
    if (olderOnly) return;
    const part = axis === 'event' ? 'event' : 'created';
    const isDue = (at: Instant) => (axis === 'event' ? at < createdBefore : at >= createdBefore || at >= eventFrom);
    const isInside = ({ at }: Order) => at >= from && at < until && isDue(at);
    const rest = (await this.#orders()).filter((each) => isInside(each) && (!after || cursorOf(each) > after));
    for (let start = 0; start < rest.length; start += this.#pageSize) {
      signal?.throwIfAborted();
      yield pageOf(part, rest.slice(start, start + this.#pageSize), fields);
    }
  }

  async *get({ keys, fields }: GetRequest): AsyncGenerator<RecordPage> {
    const wanted = new Set(keys);
    const found = (await this.#orders()).filter(({ id }) => wanted.has(id));
    if (found.length > 0) yield { ...pageOf('asked', found, fields), cursors: found.map(({ id }) => id) };
  }

  async digest({ from, until, handover, eventFrom = -Infinity }: DigestRequest) {
    const hours = new Map<Instant, string[]>();
    for (const { id, at } of await this.#orders()) {
      const counts = at >= from && at < until && (at >= handover || at >= eventFrom);
      if (counts) hours.set(hourOf(at), [...(hours.get(hourOf(at)) ?? []), id]);
    }
    return [...hours].map(([hour, keys]) => ({ hour, records: keys.length, sums: keySums(keys) }));
  }

  async close() {}

  /** All orders, sorted as windows need them. A real source would query an index; a file is read whole. */
  async #orders(): Promise<readonly Order[]> {
    const text = await readFile(this.#file, 'utf8').catch((error: unknown) => {
      throw new SourceDriftError(`cannot read ${this.#file}`, { cause: error });
    });
    const lines = text.split('\n').filter((line) => line !== '');
    const parsed = lines.map((line, index) => {
      const { data } = order.safeParse(jsonOf(line));
      if (data === undefined) throw new SourceDriftError(`${this.#file}:${index + 1} is not an order`);
      return data;
    });
    return parsed.toSorted((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1));
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Time, then id: text that sorts like the orders and stays valid after a restart. */
function cursorOf({ at, id }: Order): string {
  return `${String(at).padStart(16, '0')} ${id}`;
}

function pageOf(part: WindowPart, found: readonly Order[], fields: ReadRequest['fields']): RecordPage {
  const row = ({ id, at, customer, amount }: Order) => {
    const values: Readonly<Record<string, string | number | null>> = { id, at, customer, amount };
    return fields.map(({ field }) => values[field] ?? null);
  };
  return {
    part,
    rows: found.map(row),
    keys: found.map(({ id }) => id),
    createdAt: found.map(({ at }) => at),
    cursors: found.map(cursorOf),
  };
}

export const definition: SourceDefinition<z.infer<typeof config>> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: '@acme/sluice-orders',
  doc: 'Orders in a file of JSON lines.',
  config,
  streams: [orders],
  create: ({ file, pageSize }, { baseDirectory, runtime }) =>
    new OrdersSource(resolve(baseDirectory, file), pageSize, runtime),
};
