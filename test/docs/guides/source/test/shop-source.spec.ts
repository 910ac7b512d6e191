import { anAdapterContext, describeSource, manualRuntime } from '@sluice/testkit';
import nock from 'nock';
import { shopSource } from '../src/shop-source.js';

const HOST = 'https://shop.example.com';
const START = Date.UTC(2026, 0, 10);
const DAY_MS = 86_400_000;
const PAGE_SIZE = 2;

/** The last three have one time: a page ends between them. */
function someOrders() {
  return ['a', 'b', 'c', 'd', 'e'].map((id, index) => {
    const at = new Date(START + Math.min(index, 2) * 3_600_000).toISOString();
    return { id, created_at: at, updated_at: at, customer: { email: `${id}@example.com` }, amount: 10 };
  });
}

/** The shop's answer, as its documentation says it. */
function answerTo(query: URLSearchParams, orders: ReturnType<typeof someOrders>) {
  const [from, until] = [query.get('from') ?? '', query.get('until') ?? ''];
  const found = orders.filter(({ created_at: at }) => at >= from && at < until);
  const begin = found.findIndex(({ id }) => id === query.get('after')) + 1;
  const page = found.slice(begin, begin + PAGE_SIZE);
  return { orders: page, after: begin + PAGE_SIZE < found.length ? page.at(-1)?.id : undefined };
}

before(() => nock.disableNetConnect());
after(() => nock.enableNetConnect());

describeSource({
  name: 'the shop source',
  changes: true,
  create: async () => {
    const orders = someOrders();
    nock(HOST)
      .persist()
      .get('/orders')
      .query(true)
      .reply((uri) => [200, JSON.stringify(answerTo(new URL(uri, HOST).searchParams, orders))]);
    const [schema] = shopSource.streams;
    if (schema === undefined) throw new Error('the source has no stream');
    const runtime = manualRuntime({ startAt: START + DAY_MS });
    const config = shopSource.config.parse({ host: HOST, token: 'a-token-for-tests' });
    return {
      source: shopSource.create(config, anAdapterContext({ runtime })),
      schema,
      from: START,
      until: START + DAY_MS,
      keys: orders.map(({ id }) => id),
      change: async (key, at) => {
        const order = orders.find(({ id }) => id === key);
        if (order !== undefined) order.updated_at = new Date(at).toISOString();
      },
      openReads: 'none',
      dispose: async () => nock.cleanAll(),
    };
  },
});
