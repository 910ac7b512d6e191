import type { StreamSchema } from '@sluice/core/source';
import {
  describeSink,
  describeSource,
  manualRuntime,
  memorySource,
  recordingSink,
  someEvents,
  type MemoryRecord,
} from '@sluice/testkit';
import { expect } from 'chai';

const START = Date.UTC(2026, 0, 1);
const traces: StreamSchema = {
  name: 'trace',
  doc: 'traces',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'its id' },
    cost: { type: 'number', nullable: true, unit: 'usd', changeable: true, personal: false, doc: 'its cost' },
  },
};

function aRecord(number: number, overrides: Partial<MemoryRecord> = {}): MemoryRecord {
  const key = `trace-${number}`;
  return { key, createdAt: START + number * 1_000, values: { id: key, cost: number }, ...overrides };
}

describeSink({
  name: 'recording sink',
  create: async () => {
    const sink = recordingSink();
    return {
      sink,
      events: someEvents,
      receivedUuids: async () => sink.accepted.map(({ uuid }) => uuid),
      secrets: [],
      destination: 'local',
      dispose: async () => {},
    };
  },
});

describeSource({
  name: 'memory source',
  changes: true,
  derives: true,
  create: async () => {
    // The last four have one time: pages of two end between them.
    const createdAt = (number: number): number => START + Math.min(number, 3) * 1_000;
    const cause = (number: number): MemoryRecord => ({
      ...aRecord(number),
      createdAt: createdAt(number),
      key: `cause-${number}`,
    });
    const numbers = Array.from({ length: 7 }, (_, number) => number);
    const records = numbers.map((number) =>
      aRecord(number, { createdAt: createdAt(number), causes: [{ stream: 'cause', key: `cause-${number}` }] }),
    );
    const streams = [
      { schema: traces, records },
      { schema: { ...traces, name: 'cause' }, records: numbers.map(cause) },
    ];
    const source = memorySource({ streams, pageSize: 2 });
    const touch = async (stream: string, of: readonly MemoryRecord[], key: string, at: number): Promise<void> => {
      const record = of.find((each) => each.key === key);
      if (record !== undefined) source.put(stream, { ...record, updatedAt: at });
    };
    return {
      source,
      schema: traces,
      from: START,
      until: START + 3_600_000,
      keys: records.map(({ key }) => key),
      change: (key, at) => touch('trace', records, key, at),
      openReads: 'none',
      changeCause: (key, at) => touch('cause', numbers.map(cause), key.replace('trace', 'cause'), at),
      dispose: async () => {},
    };
  },
});

describe('memory source', () => {
  it('gives changed and derived records once each, in the order of the parts', async () => {
    const window = {
      stream: 'trace',
      axis: 'change',
      from: START + 10_000,
      until: START + 20_000,
      revisitMs: 10_000,
    } as const;
    const causes = [{ stream: 'trace', key: 'trace-3' }];
    const records = [
      aRecord(1),
      aRecord(2, { causes }),
      aRecord(3, { updatedAt: START + 99_000 }),
      aRecord(11, { causes }),
      aRecord(30),
    ];
    const source = memorySource({ streams: [{ schema: traces, records }] });
    const found: string[] = [];
    for await (const page of source.read({ window, fields: [{ field: 'id' }] })) {
      found.push(...page.keys.map((key) => `${page.part} ${key}`));
    }
    expect(found).to.deep.equal(['created trace-11', 'changed trace-3', 'derived trace-2']);
  });
});

describe('manual runtime', () => {
  it('lets the clock jump to the next sleeper', async () => {
    const runtime = manualRuntime({ startAt: START });
    const order: number[] = [];
    await Promise.all(
      [3_000, 1_000, 2_000].map(async (ms) => {
        await runtime.sleep(ms);
        order.push(runtime.now() - START);
      }),
    );
    expect(order).to.deep.equal([1_000, 2_000, 3_000]);
    expect(runtime.sleepsMs).to.deep.equal([3_000, 1_000, 2_000]);
  });

  it('wakes nobody before advance when told so', async () => {
    const runtime = manualRuntime({ startAt: START, sleepEndsBy: 'advance' });
    const sleep = runtime.sleep(1_000);
    runtime.advance(999);
    expect(runtime.sleepers).to.equal(1);
    runtime.advance(1);
    await sleep;
    expect(runtime.now()).to.equal(START + 1_000);
  });

  it("ends a sleep with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error('stopped by the test');
    const sleep = manualRuntime({ sleepEndsBy: 'advance' }).sleep(1_000, controller.signal);
    controller.abort(reason);
    expect(await sleep.catch((error: unknown) => error)).to.equal(reason);
  });

  it('draws the same numbers for the same seed', () => {
    const [first, second] = [manualRuntime({ seed: 7 }), manualRuntime({ seed: 7 })];
    const numbers = Array.from({ length: 100 }, () => first.random());
    expect(numbers).to.deep.equal(Array.from({ length: 100 }, () => second.random()));
    expect(numbers.every((number) => number >= 0 && number < 1)).to.equal(true);
  });
});
