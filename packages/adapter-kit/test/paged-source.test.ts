import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import type { RecordPage, Source, Window } from '@sluice/core/source';
import { anAdapterContext, describeSource, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import nock from 'nock';
import { ticketsSource } from './tickets-source.js';
import { useNock } from '@sluice/testkit/nock';
import { pagedSource } from '@sluice/adapter-kit';
import { z } from 'zod';

const HOST = 'https://desk.example.com';
const TOKEN = 'tok3n-of-the-desk';
const START = Date.UTC(2026, 0, 10);
const NOW = START + 86_400_000;

type Options = Parameters<typeof pagedSource<z.output<typeof ticketsSource.config>>>[0];

interface Ticket {
  readonly id: string;
  readonly created_at: string;
  updated_at: string;
  readonly customer?: { readonly email: string } | null;
  readonly [field: string]: unknown;
}

function aTicket(id: string, at: number, more: Partial<Ticket> = {}): Ticket {
  const created = new Date(at).toISOString();
  return {
    id,
    created_at: created,
    updated_at: created,
    customer: { email: `${id}@example.com` },
    minutes: 3.5,
    tags: ['late'],
    urgent: true,
    custom: { room: 12 },
    ...more,
  };
}

/** The help desk: pages of some tickets in the order of creation and id, each page named by the last ticket before it. */
function aDesk(tickets: readonly Ticket[], pageSize = 2): string[] {
  const asked: string[] = [];
  nock(HOST, { reqheaders: { authorization: `Bearer ${TOKEN}` } })
    .persist()
    .get('/v1/tickets')
    .query(true)
    .reply((uri) => {
      asked.push(uri);
      const query = new URL(uri, HOST).searchParams;
      const id = query.get('id');
      if (id !== null) return [200, { tickets: tickets.filter((ticket) => ticket.id === id) }];
      const [from, until] = [query.get('from') ?? '', query.get('until') ?? ''];
      const inRange = tickets
        .filter(({ created_at: at }) => at >= from && at < until)
        .toSorted((a, b) => compare(a.created_at + a.id, b.created_at + b.id));
      const begin = inRange.findIndex((ticket) => ticket.id === query.get('after')) + 1;
      const page = inRange.slice(begin, begin + pageSize);
      const isLast = begin + pageSize >= inRange.length;
      return [200, { tickets: page, ...(isLast ? {} : { after: page.at(-1)?.id }) }];
    });
  return asked;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function aSource(): Source {
  const config = ticketsSource.config.parse({ host: HOST, token: TOKEN });
  return ticketsSource.create(config, anAdapterContext({ runtime: manualRuntime({ startAt: NOW }) }));
}

function aWindow(window: Partial<Window> = {}): Window {
  return { stream: 'ticket', axis: 'change', from: START, until: NOW, revisitMs: 0, ...window };
}

async function pagesOf(source: Source, window: Window, after?: string): Promise<readonly RecordPage[]> {
  const fields = [{ field: 'id' }, { field: 'customer' }, { field: 'minutes' }];
  const pages: RecordPage[] = [];
  for await (const page of source.read({ window, fields, ...(after === undefined ? {} : { after }) })) pages.push(page);
  return pages;
}

describe('a paged source', () => {
  useNock();

  describeSource({
    name: 'a source of the tickets of a help desk',
    changes: true,
    create: async () => {
      // The last three have one time: a page of two ends between them.
      const hourOf = (index: number) => START + Math.min(index, 2) * 3_600_000;
      const tickets = ['a', 'b', 'c', 'd', 'e'].map((id, index) => aTicket(id, hourOf(index)));
      aDesk(tickets);
      return {
        source: aSource(),
        schema: ticketsSource.streams[0]!,
        from: START,
        until: NOW,
        keys: tickets.map(({ id }) => id),
        change: async (id, at) => {
          const ticket = tickets.find((each) => each.id === id);
          if (ticket) ticket.updated_at = new Date(at).toISOString();
        },
        openReads: 'none',
        dispose: async () => nock.cleanAll(),
      };
    },
  });

  it('returns every record once and in order, and what is missing after every cursor', async () => {
    const ticket = fc.record({ minute: fc.nat({ max: 5 }), id: fc.stringMatching(/^[a-z]{1,3}$/) });
    const tickets = fc.uniqueArray(ticket, { selector: ({ id }) => id, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(tickets, fc.integer({ min: 1, max: 4 }), async (chosen, pageSize) => {
        nock.cleanAll();
        aDesk(
          chosen.map(({ id, minute }) => aTicket(id, START + minute * 60_000)),
          pageSize,
        );
        const source = aSource();
        const window = aWindow({ from: START + 60_000, until: START + 5 * 60_000 });
        const pages = await pagesOf(source, window);
        const keys = pages.flatMap((page) => page.keys);
        const expected = chosen
          .filter(({ minute }) => minute >= 1 && minute < 5)
          .toSorted((a, b) => a.minute - b.minute || compare(a.id, b.id));
        expect(keys).to.deep.equal(expected.map(({ id }) => id));
        for (const [index, cursor] of pages.flatMap((page) => page.cursors).entries()) {
          const rest = await pagesOf(source, window, cursor);
          expect(rest.flatMap((page) => page.keys)).to.deep.equal(keys.slice(index + 1));
        }
        await source.close();
      }),
      { numRuns: 20 },
    );
  });

  it('returns the records of one time again when the record of the cursor has gone', async () => {
    aDesk([aTicket('a', START), aTicket('b', START + 1), aTicket('c', START + 1)], 10);
    const source = aSource();
    const cursor = (await pagesOf(source, aWindow()))[0]?.cursors[1];
    nock.cleanAll();
    aDesk([aTicket('a', START), aTicket('c', START + 1)], 10);
    expect((await pagesOf(source, aWindow(), cursor)).flatMap((page) => page.keys)).to.deep.equal(['c']);
  });

  it('reads values from their paths, null where there is none', async () => {
    aDesk([aTicket('a', START), aTicket('b', START + 1, { customer: null, minutes: null })]);
    const [page] = await pagesOf(aSource(), aWindow());
    expect(page?.rows).to.deep.equal([
      ['a', 'a@example.com', 3.5],
      ['b', null, null],
    ]);
  });

  it('tells keys of several fields apart, whatever is in them', async () => {
    aDesk([
      aTicket('b/c', START, { room: 'a' }),
      aTicket('c', START, { room: 'a/b' }),
      aTicket('d', START, { room: 7 }),
    ]);
    const { type, doc, config } = ticketsSource;
    const [tickets] = ticketsSource.streams;
    const source = pagedSource({
      type,
      doc,
      config,
      name: 'the help desk',
      request: ({ host, token }) => ({ url: host, auth: { bearer: token } }),
      streams: [
        {
          schema: { ...tickets!, key: ['room', 'id'] },
          page: async ({ get }) => {
            const range = { from: new Date(START).toISOString(), until: new Date(NOW).toISOString() };
            const page = z.object({ tickets: z.array(z.record(z.string(), z.json())), after: z.string().optional() });
            return { records: page.parse(await get('/v1/tickets', range)).tickets };
          },
          created: () => START,
        },
      ],
    }).create(config.parse({ host: HOST, token: TOKEN }), anAdapterContext());
    const [page] = await pagesOf(source, aWindow());
    expect(page?.keys).to.deep.equal(['["a","b/c"]', '["a/b","c"]']);
  });

  it('reads values as they are, also where the token is a part of them', async () => {
    aDesk([
      aTicket(`${TOKEN}-1`, START),
      aTicket(`${TOKEN}-2`, START, { customer: { email: `${TOKEN}@example.com` } }),
    ]);
    const [page] = await pagesOf(aSource(), aWindow());
    expect(page?.keys).to.deep.equal([`${TOKEN}-1`, `${TOKEN}-2`]);
    expect(page?.rows[1]).to.deep.equal([`${TOKEN}-2`, `${TOKEN}@example.com`, 3.5]);
  });

  it('has a problem with one record whose value is of another type, and reads the others', async () => {
    aDesk([aTicket('a', START, { minutes: '3.5' }), aTicket('b', START + 1)]);
    const [page] = await pagesOf(aSource(), aWindow());
    expect(page?.keys).to.deep.equal(['a', 'b']);
    expect([...(page?.problems ?? [])]).to.deep.equal([[0, { field: 'minutes', reason: 'is not a finite number' }]]);
  });

  it('has a problem with a whole number that was rounded, and takes the neighbour of a long fraction', async () => {
    const written = JSON.stringify({ tickets: [aTicket('a', START), aTicket('b', START + 1)] });
    const digits = ['9007199254740993', '0.1000000000000000055'];
    desk().reply(200, () => written.replaceAll('3.5', () => digits.shift() ?? ''));
    const [page] = await pagesOf(aSource(), aWindow());
    expect(page?.rows.map(([, , minutes]) => minutes)).to.deep.equal([null, 0.1]);
    expect([...(page?.problems ?? [])]).to.deep.equal([
      [0, { field: 'minutes', reason: 'has more digits than a number holds' }],
    ]);
  });

  it('does not look for properties in the prototype', async () => {
    aDesk([aTicket('a', START, { custom: { toString: 'own' } })]);
    const pages: RecordPage[] = [];
    const fields = ['toString', 'constructor', '__proto__'].map((name) => ({ field: 'custom', path: [name] }));
    for await (const page of aSource().read({ window: aWindow(), fields })) pages.push(page);
    expect(pages[0]?.rows).to.deep.equal([['own', null, null]]);
  });

  const failures: readonly [string, () => void, new (...args: never[]) => Error, RegExp][] = [
    ['401', () => desk().reply(401, 'no'), RefusedError, /the help desk answered 401.*check the credentials/],
    ['503 with a wait', () => desk().reply(503, '', { 'retry-after': '7' }), TransientError, /answered 503/],
    [
      'a page of HTML',
      () => desk().reply(200, '<html>sign in</html>'),
      UnexpectedAnswerError,
      /an HTML page.*check host/,
    ],
    [
      'a text that quotes the token',
      () => desk().reply(200, `hello ${TOKEN}`),
      UnexpectedAnswerError,
      /answered 200 with "hello \*\*\*", which is not JSON/,
    ],
    ['304', () => desk().reply(304), UnexpectedAnswerError, /answered 304 with an empty answer: check host/],
    ['a redirect', () => desk().reply(302, '', { location: '/login' }), RefusedError, /redirects/],
    [
      'a closed connection',
      () => desk().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      TransientError,
      /no answer .*ECONNRESET/,
    ],
    [
      'a page that is older than the one before',
      () => {
        desk().reply(200, { tickets: [aTicket('b', START + 9)], after: 'b' });
        desk().reply(200, { tickets: [aTicket('a', START)] });
      },
      UnexpectedAnswerError,
      /lists ticket wrongly: a page begins with a record that is older/,
    ],
    [
      'a page that names itself as the next',
      () =>
        desk()
          .times(3)
          .reply(200, { tickets: [aTicket('b', START + 9)], after: 'b' }),
      UnexpectedAnswerError,
      /names itself/,
    ],
    [
      'a record without a time',
      () => desk().reply(200, { tickets: [{ id: 'a', created_at: 'x' }] }),
      UnexpectedAnswerError,
      /no time/,
    ],
    [
      'a record without a key',
      () => desk().reply(200, { tickets: [aTicket(null as never, START)] }),
      UnexpectedAnswerError,
      /has no id/,
    ],
    [
      'a key that was rounded',
      () => desk().reply(200, `{"tickets":[{"id":9007199254740993,"created_at":"2026-01-10T00:00:00Z"}]}`),
      UnexpectedAnswerError,
      /a record has a number as id with more digits than a JavaScript number can hold/,
    ],
    [
      'JSON of another form',
      () => desk().reply(200, { error: 'in maintenance' }),
      UnexpectedAnswerError,
      /the help desk lists ticket in an unexpected form at tickets: /,
    ],
    [
      'a record without its time of creation',
      () => desk().reply(200, { tickets: [{ id: 'a' }] }),
      UnexpectedAnswerError,
      /the help desk lists ticket in an unexpected form: /,
    ],
  ];
  for (const [what, answer, kind, message] of failures) {
    it(`says what it means: ${what}`, async () => {
      answer();
      const error = await pagesOf(aSource(), aWindow()).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(kind);
      expect((error as Error).message)
        .to.match(message)
        .and.not.include(TOKEN);
    });
  }

  it('reports in check() what open() would throw', async () => {
    desk().reply(401, `${TOKEN} is unknown`);
    const [result] = await aSource().check();
    expect(result).to.include({ name: 'records', outcome: 'bad' });
    expect(result?.message).to.include('401').and.not.include(TOKEN);
    expect(result?.fix).to.include('host');
  });

  it('reports in check() an answer of another form', async () => {
    desk().reply(200, { error: 'in maintenance' });
    const [result] = await aSource().check();
    expect(result).to.include({ name: 'records', outcome: 'bad' });
    expect(result?.message).to.include('in an unexpected form at tickets');
  });

  /** The help desk without tickets, with a clock or with records by their keys. */
  function anotherSource({
    now,
    record,
  }: Partial<Pick<Options, 'now'> & Pick<Options['streams'][number], 'record'>>): Source {
    const { type, doc, config, streams } = ticketsSource;
    return pagedSource({
      type,
      doc,
      config,
      name: 'the help desk',
      request: () => ({ url: HOST }),
      streams: streams.map((schema) => ({
        schema,
        page: async () => ({ records: [] }),
        created: () => START,
        ...(record && { record }),
      })),
      ...(now && { now }),
    }).create(config.parse({ host: HOST, token: TOKEN }), anAdapterContext());
  }

  it('says that the clock of the API is not what it expects', async () => {
    desk().reply(200, { error: 'in maintenance' });
    const source = anotherSource({
      now: async ({ get }) => z.object({ now: z.number() }).parse(await get('/v1/tickets')).now,
    });
    const error = await source.now().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnexpectedAnswerError);
    expect(String(error)).to.include('the help desk gives its time in an unexpected form at now: ');
  });

  async function recordsWith404(answer: nock.Body): Promise<readonly unknown[]> {
    nock(HOST).get('/v1/tickets/a%2Fb').reply(404, answer);
    const source = anotherSource({
      record: async (key, { get }) =>
        z.record(z.string(), z.json()).parse(await get(`/v1/tickets/${encodeURIComponent(key)}`)),
    });
    const pages = [];
    for await (const page of source.get!({ stream: 'ticket', keys: ['a/b'], fields: [{ field: 'id' }] }))
      pages.push(page);
    return pages;
  }

  it('finds no record where the API answers 404', async () => {
    expect(await recordsWith404({ error: 'no such ticket' })).to.deep.equal([]);
  });

  it('does not take the 404 of another server for a record that is missing', async () => {
    const error = await recordsWith404('<html>Not found</html>').catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnexpectedAnswerError);
  });

  it('is identified by the address and a hash of the token', () => {
    const { description, fingerprint } = aSource().identity();
    expect(description).to.match(/^the help desk at https:\/\/desk\.example\.com, credentials with hash [0-9a-f]{8}$/);
    expect(fingerprint).to.not.include(TOKEN);
  });
});

function desk(): nock.Interceptor {
  return nock(HOST).get('/v1/tickets').query(true);
}
