import { httpTimeouts, pagedSource } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import type { StreamSchema } from '@sluice/core/source';
import { z } from 'zod';

const config = z.strictObject({
  host: z.url().describe('The address of the shop.'),
  token: secretText().describe('A token that may read orders.'),
  ...httpTimeouts,
});

const orders: StreamSchema = {
  name: 'order',
  doc: 'Something that a customer bought.',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The order’s id.' },
    created_at: { type: 'timestamp', nullable: false, changeable: false, personal: false, doc: 'When it was placed.' },
    customer: { type: 'text', nullable: true, changeable: false, personal: true, doc: 'Who placed it.' },
    amount: { type: 'number', nullable: false, unit: 'usd', changeable: true, personal: false, doc: 'Its value.' },
  },
};

/** `GET /orders?from=…&until=…&after=ID`: the oldest first, two with the same time by id. */
const answer = z.object({ orders: z.array(z.record(z.string(), z.json())), after: z.string().optional() });

const time = (value: unknown) => Date.parse(z.iso.datetime({ offset: true }).parse(value));

export const shopSource = pagedSource({
  type: '@acme/sluice-shop',
  name: 'the shop',
  doc: 'Reads the orders of a shop.',
  config,
  request: ({ host, token }) => ({ url: host, auth: { bearer: token } }),
  streams: [
    {
      schema: orders,
      paths: { customer: 'customer.email' },
      page: async ({ from, until, token, get }) => {
        const range = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
        const page = answer.parse(await get('/orders', token === undefined ? range : { ...range, after: token }));
        return { records: page.orders, next: page.after };
      },
      created: (order) => time(order['created_at']),
      changed: (order) => time(order['updated_at']),
    },
  ],
});

export { shopSource as definition };
