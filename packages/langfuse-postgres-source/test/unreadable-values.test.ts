import { ExactNumber, type FieldRequest, type RecordPage, type Window } from '@sluice/core/source';
import { langfuseStreams } from '#src/streams.js';
import { aGeneration, aScore, aTrace, insertProjects, insertRows, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { Client } from 'pg';
import { aSource, everything, pagesOf } from './a-source.js';
import { aLangfuseDatabase, anEmptyDatabase, type TestDatabase } from './test-database.js';

const EVERY_FIELD = langfuseStreams.map(({ name, fields }) => [name, Object.keys(fields)] as const);

describe('a value that cannot be decoded', () => {
  let database: TestDatabase;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
  });
  after(() => database.client.end());
  beforeEach(async () => {
    await database.client.query('TRUNCATE traces, observations, scores');
    await insertRows(database.client, 'traces', [aTrace({ id: 'odd' }), aTrace({ id: 'plain', tags: ['x'] })]);
    await insertRows(database.client, 'observations', [
      aGeneration({ id: 'odd', trace_id: 'odd' }),
      aGeneration({ id: 'plain', trace_id: 'plain' }),
    ]);
    await insertRows(database.client, 'scores', [
      aScore({ id: 'odd', trace_id: 'odd' }),
      aScore({ id: 'plain', trace_id: 'plain' }),
    ]);
  });

  function allFields(stream: string): readonly FieldRequest[] {
    return (EVERY_FIELD.find(([name]) => name === stream)?.[1] ?? []).map((field) => ({ field }));
  }

  async function page(stream: string, fields = allFields(stream)): Promise<RecordPage | undefined> {
    const pages = [everything(stream), everything(stream, { axis: 'change' })].map((window) =>
      pagesOf(aSource(database.url, { content: 'include' }), { window, fields }),
    );
    // An infinite event time is not in this window of a backfill, an infinite time of creation in none of following.
    return (await Promise.all(pages)).flat().find(({ keys }) => keys.length === 2);
  }

  function problemsOf(found: RecordPage | undefined): Record<string, string> {
    return Object.fromEntries(
      [...(found?.problems ?? [])].map(([index, { field, reason }]) => [
        found?.keys[index] ?? '',
        `${field} ${reason}`,
      ]),
    );
  }

  const odd: readonly (readonly [title: string, statement: string, stream: string, problem: string])[] = [
    [
      'tags that are a list of lists',
      `UPDATE traces SET tags = ARRAY[ARRAY['a','b'],ARRAY['c','d']]`,
      'trace',
      'tags is not a plain list of texts',
    ],
    [
      'tags of a trace that are a list of lists, below its generation',
      `UPDATE traces SET tags = '{{{a}}}'`,
      'generation',
      'trace.tags is not a plain list of texts',
    ],
    ['an infinite time', `UPDATE traces SET "timestamp" = 'infinity'`, 'trace', 'timestamp is infinite'],
    [
      'a time that JavaScript has no date for',
      `UPDATE traces SET created_at = '290000-01-01', "timestamp" = '2026-01-01'`,
      'trace',
      'created_at is infinite',
    ],
    ['a total cost that is not a number', `UPDATE observations SET total_cost = 'NaN'`, 'trace', 'total_cost is not a'],
  ];
  for (const [title, statement, stream, problem] of odd) {
    it(`costs its own record only: ${title}`, async () => {
      await database.client.query(`${statement} WHERE id = 'odd'`);
      const found = await page(stream);
      expect(found?.keys).to.have.members(['odd', 'plain']);
      expect(Object.keys(problemsOf(found))).to.deep.equal(['odd']);
      expect(problemsOf(found)['odd']).to.contain(problem);
    });
  }

  for (const time of ['-infinity', '4713-02-01 BC', '0044-03-15 BC', '275760-09-13', '294276-12-31', 'infinity']) {
    it(`does not hide the records beside it from a backfill: an event time of ${time}`, async () => {
      await database.client.query(`UPDATE traces SET "timestamp" = '${time}' WHERE id = 'odd'`);
      const source = aSource(database.url);
      const keys: string[] = [];
      let planned: number | undefined;
      // As the engine plans windows: each begins where the one before it ended, and is a day long from its first record.
      for (;;) {
        const first = await source.next('trace', 'event', planned ?? Number.NEGATIVE_INFINITY);
        if (first === undefined || keys.length > 2) break;
        const window = everything('trace', { from: planned ?? first, until: first + 86_400_000 });
        for (const found of await pagesOf(source, { window, fields: [{ field: 'id' }] })) keys.push(...found.keys);
        planned = window.until;
      }
      expect(keys).to.have.members(['odd', 'plain']);
    });
  }

  it('does not hide the records beside it from verify: an infinite time of creation', async () => {
    await database.client.query(`UPDATE traces SET created_at = '-infinity' WHERE id = 'odd'`);
    const found = await aSource(database.url).next('trace', 'change', Number.NEGATIVE_INFINITY);
    expect(found).to.be.greaterThan(Date.UTC(2000, 0));
  });

  const fine: readonly (readonly [title: string, statement: string, stream: string, field: string, value: unknown])[] =
    [
      ['tags with other bounds', `UPDATE traces SET tags = '[0:1]={a,b}'`, 'trace', 'tags', ['a', 'b']],
      [
        'tags with quotes and commas',
        `UPDATE traces SET tags = ARRAY['a"b', '{c,d}', '']`,
        'trace',
        'tags',
        ['a"b', '{c,d}', ''],
      ],
      ['tags without a value', `UPDATE traces SET tags = ARRAY['a', NULL]`, 'trace', 'tags', ['a']],
      ['no tags', `UPDATE traces SET tags = NULL`, 'trace', 'tags', []],
      ['a value that is not a number', `UPDATE scores SET value = 'NaN'`, 'score', 'value', null],
      ['an infinite value', `UPDATE scores SET value = '-Infinity'`, 'score', 'value', null],
      [
        'a cost of a thousand digits',
        `UPDATE observations SET total_cost = (repeat('9', 35) || '.' || repeat('9', 30))::numeric`,
        'generation',
        'total_cost',
        1e35,
      ],
      ['an end that never comes', `UPDATE observations SET end_time = 'infinity'`, 'generation', 'end_time', null],
      [
        'a time before Christ',
        `UPDATE observations SET end_time = '0044-03-15 BC'`,
        'generation',
        'end_time',
        Date.UTC(-43, 2, 15),
      ],
      [
        'an id beyond 2^53',
        `UPDATE traces SET metadata = '{"id": 9007199254740993}'`,
        'trace',
        'metadata',
        { id: new ExactNumber('9007199254740993') },
      ],
      [
        'a parameter beyond 2^53',
        `UPDATE observations SET "modelParameters" = '[12345678901234567890]'`,
        'generation',
        'model_parameters',
        [new ExactNumber('12345678901234567890')],
      ],
      [
        'an id in the trace of a score',
        `UPDATE traces SET metadata = '9007199254740993'`,
        'score',
        'trace.metadata',
        new ExactNumber('9007199254740993'),
      ],
      [
        'escaped half characters in a text',
        String.raw`UPDATE traces SET name = '\ud800'`,
        'trace',
        'name',
        String.raw`\ud800`,
      ],
    ];
  for (const [title, statement, stream, field, value] of fine) {
    it(`is read exactly, or as null: ${title}`, async () => {
      await database.client.query(`${statement} WHERE id = 'odd'`);
      const found = await page(stream, [{ field }]);
      expect(found?.problems?.size).to.equal(0);
      expect(found?.rows[found.keys.indexOf('odd')]).to.deep.equal([value]);
    });
  }
});

const IDS = 'abcdefg'.split('');

describe('a text that is not UTF-8, in a database that does not check it', () => {
  let client: Client;
  let url: string;

  before(async () => {
    const { url: server, client: creator } = await anEmptyDatabase({ isShared: true });
    await creator.query(`CREATE DATABASE unchecked ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0`);
    await creator.end();
    url = server.replace(/[^/]*$/, 'unchecked');
    client = new Client(url);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await insertProjects(client, [{ id: 'project-1', name: 'First' }]);
    const names = IDS;
    await insertRows(
      client,
      'traces',
      names.map((id) => aTrace({ id, name: id, created_at: '2026-01-10T10:00:00' })),
    );
    await insertRows(
      client,
      'observations',
      names.map((id) => aGeneration({ id, trace_id: id, created_at: '2026-01-10T10:00:00' })),
    );
    await client.query(
      String.raw`UPDATE traces SET name = convert_from('\xff41', 'SQL_ASCII'), updated_at = '2026-01-11' WHERE id = 'd'`,
    );
    await client.query(`UPDATE observations SET updated_at = '2026-01-11'`);
  });
  after(() => client.end());

  const FIELDS = [{ field: 'id' }, { field: 'trace.name' }];
  const LATER = {
    axis: 'change',
    from: Date.UTC(2026, 0, 10, 12),
    until: Date.UTC(2026, 0, 12),
    revisitMs: 86_400_000,
  } as const;

  async function unreadable(pages: AsyncIterable<RecordPage>): Promise<{ keys: string[]; problems: string[] }> {
    const keys = new Set<string>();
    const problems: string[] = [];
    for await (const page of pages) {
      for (const key of page.keys) keys.add(key);
      for (const [index, { reason }] of page.problems ?? []) problems.push(`${page.keys[index]} ${reason}`);
    }
    return { keys: [...keys].toSorted(), problems };
  }

  const windows: readonly (readonly [title: string, window: Window])[] = [
    ['a backfill of traces', everything('trace')],
    ['changed traces', { stream: 'trace', ...LATER }],
    ['generations of a changed trace', { stream: 'generation', ...LATER }],
  ];
  for (const [title, window] of windows) {
    it(`costs its own record only: ${title}`, async () => {
      const { keys, problems } = await unreadable(aSource(url).read({ window, fields: FIELDS }));
      expect(keys).to.deep.equal(IDS);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(/^d cannot be read: .*invalid byte sequence/);
    });
  }

  it('costs its own record only: records by key', async () => {
    const asked = aSource(url).get?.({ stream: 'trace', keys: ['f', 'd', 'a'], fields: FIELDS });
    const { keys, problems } = await unreadable(asked ?? fail());
    expect(keys).to.deep.equal(['a', 'd', 'f']);
    expect(problems).to.have.length(1);
  });
});

function fail(): never {
  throw new Error('the source gives no records by key');
}
