import { secretText } from '@sluice/core/adapter';
import { z } from 'zod';
import { httpTimeouts, pagedSource } from '@sluice/adapter-kit';

/** `GET /v1/tickets?from=…&until=…&after=ID` answers `{ tickets: […], after?: ID }`, oldest first. */
const ticketPage = z.object({ tickets: z.array(z.record(z.string(), z.json())), after: z.string().optional() });

const time = (value: unknown): number => Date.parse(z.string().parse(value));

/** The tickets of an invented help desk: a whole source for an ordinary API. */
export const ticketsSource = pagedSource({
  type: 'tickets',
  name: 'the help desk',
  doc: 'Reads the tickets of a help desk.',
  config: z.strictObject({ host: z.url(), token: secretText(), ...httpTimeouts }),
  request: ({ host, token }) => ({ url: host, path: '/v1', auth: { bearer: token } }),
  streams: [
    {
      schema: {
        name: 'ticket',
        doc: 'A question of a customer.',
        key: ['id'],
        fields: {
          id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The id.' },
          opened: { type: 'timestamp', nullable: false, changeable: false, personal: false, doc: 'When it was asked.' },
          customer: { type: 'text', nullable: true, changeable: true, personal: true, doc: 'Who asked.' },
          minutes: {
            type: 'number',
            unit: 'min',
            nullable: true,
            changeable: true,
            personal: false,
            doc: 'Time spent.',
          },
          tags: { type: 'text[]', nullable: true, changeable: true, personal: false, doc: 'Tags.' },
          urgent: { type: 'boolean', nullable: true, changeable: true, personal: false, doc: 'Whether it is urgent.' },
          custom: { type: 'json', nullable: true, changeable: true, personal: false, doc: "The desk's own fields." },
        },
      },
      paths: { opened: 'created_at', customer: 'customer.email' },
      page: async ({ from, until, token, get }) => {
        const range = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
        const { tickets, after } = ticketPage.parse(
          await get('/tickets', token === undefined ? range : { ...range, after: token }),
        );
        return { records: tickets, next: after };
      },
      created: (ticket) => time(ticket['created_at']),
      changed: (ticket) => time(ticket['updated_at']),
      record: async (id, { get }) => {
        const { tickets } = ticketPage.parse(await get('/tickets', { id }));
        return tickets[0];
      },
    },
  ],
});
