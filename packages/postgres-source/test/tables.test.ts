import { SourceDriftError, type FieldValue, type Source } from '@sluice/core/source';
import { anAdapterContext } from '@sluice/testkit';
import { expect } from 'chai';
import { pullConfig } from '#src/config.js';
import { postgresSource } from '#src/definition.js';
import { pullSchema } from '#src/pull-schema.js';
import { aDatabase, aSource, everything, pagesOf, placesOf, rowsOf, type TestDatabase } from './a-database.js';

const TIME = { type: 'timestamp' };
const DAY_MS = 86_400_000;

describe('the tables of a database', () => {
  let database: TestDatabase;
  before(async () => {
    database = await aDatabase();
  });

  async function tryIt(sql: string): Promise<void> {
    await database.client.query(sql);
  }

  it('are read whatever their names are', async () => {
    await tryIt(`
      CREATE SCHEMA "odd.schema?";
      CREATE TABLE "odd.schema?"."a ""table"" ?" ("user" text PRIMARY KEY, "startTime" timestamptz NOT NULL, "x?; --" int);
      INSERT INTO "odd.schema?"."a ""table"" ?" VALUES ('it''s ? \\\\', '2026-01-01', 7)`);
    const streams = {
      odd: {
        table: ['odd.schema?', 'a "table" ?'],
        key: ['user'],
        created: 'at',
        fields: {
          user: { type: 'text' },
          at: { ...TIME, column: 'startTime' },
          x: { type: 'number', column: 'x?; --' },
        },
      },
    };
    const source = aSource(database.url, streams);
    await source.open();
    expect(await rowsOf(source, 'odd', ['x', 'user'])).to.deep.equal([[7, String.raw`it's ? \\`]]);
    expect(await source.estimate?.(everything('odd', { axis: 'event' }))).to.equal(1);
    const found = [];
    for await (const page of source.get?.({ stream: 'odd', keys: [String.raw`it's ? \\`], fields: [{ field: 'x' }] }) ??
      []) {
      found.push(...page.rows);
    }
    expect(found).to.deep.equal([[7]]);
    const findings = await source.check({ plan: { streams: [], settleMs: 1, revisitMs: 0, maxWindowMs: DAY_MS } });
    expect(findings.filter(({ outcome }) => outcome === 'bad')).to.deep.equal([]);
  });

  it('are read by a query with a question mark that a backslash escapes', async () => {
    await tryIt(`
      CREATE TABLE visits (id int PRIMARY KEY, at timestamptz NOT NULL, url text);
      INSERT INTO visits VALUES (1, '2026-01-01', '/a?b'), (2, '2026-01-02', '/a')`);
    const query = String.raw`SELECT id, at FROM visits WHERE url ~ '\?'`;
    const fields = { id: { type: 'number' }, at: TIME };
    const source = aSource(database.url, { visit: { query, key: ['id'], created: 'at', fields } });
    await source.open();
    expect(await rowsOf(source, 'visit', ['id'])).to.deep.equal([[1]]);
    expect(await source.next('visit', 'change', 0)).to.equal(Date.UTC(2026, 0, 1));
  });

  it('are continued in the middle of a microsecond', async () => {
    await tryIt(`
      CREATE TABLE ties (id int PRIMARY KEY, at timestamptz NOT NULL);
      INSERT INTO ties SELECT n, timestamptz '2026-01-01 00:00:00.000001' + (n / 3) * interval '1 microsecond'
      FROM generate_series(1, 10) AS n`);
    const fields = { id: { type: 'number' }, at: TIME };
    const source = aSource(
      database.url,
      { tie: { table: 'ties', key: ['id'], created: 'at', fields } },
      { pageSize: 2 },
    );
    const places = await placesOf(source, everything('tie'), 'id');
    expect(places).to.deep.equal(Array.from({ length: 10 }, (_, index) => `created ${index + 1}`));
    const pages = await pagesOf(source, { window: everything('tie'), fields: [{ field: 'id' }] });
    const cursor = pages[1]?.cursors[0];
    const rest = await pagesOf(source, { window: everything('tie'), fields: [{ field: 'id' }], after: cursor ?? '' });
    expect(rest.flatMap(({ keys }) => keys)).to.deep.equal(['4', '5', '6', '7', '8', '9', '10']);
  });

  for (const type of ['bigint', 'text'] as const) {
    it(`are refused where a page ends at a null in a key of ${type}, behind which no place is`, async () => {
      const table = `keyless_${type}`;
      await tryIt(`
        CREATE TABLE ${table} (id ${type}, at timestamptz NOT NULL);
        INSERT INTO ${table} VALUES ('1', '2026-01-01'), (NULL, '2026-01-01'), (NULL, '2026-01-02'), ('3', '2026-01-02')`);
      const fields = { id: { type: 'text' }, at: TIME };
      const streams = { keyless: { table, key: ['id'], created: 'at', fields } };
      const source = aSource(database.url, streams, { pageSize: 2 });
      await source.open();
      const error = await placesOf(source, everything('keyless'), 'id').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(SourceDriftError);
      expect(String(error)).to.contain(`a row of ${table} has a null in the key id: name columns as \`key\``);
    });
  }

  it('keep exact numbers, and have no value where a time is out of range', async () => {
    await tryIt(`
      CREATE TABLE values_ (id text PRIMARY KEY, at timestamptz NOT NULL, n numeric, wide bigint, t timestamptz, e bigint, j json, f float8);
      INSERT INTO values_ VALUES
        ('a', '2026-01-01', 0.1, 9007199254740993, 'infinity', 9223372036854775807, '{"n": 12345678901234567890, "s": [1.50]}', 'NaN'),
        ('b', '2026-01-02', 12345678901234.5, -1, '-infinity', 1767225600, 'null', 0.1)`);
    const fields = {
      id: { type: 'text' },
      at: TIME,
      n: { type: 'number' },
      wide: { type: 'text' },
      t: TIME,
      e: { ...TIME, stored: 'epoch-s' },
      j: { type: 'json' },
      f: { type: 'number' },
    };
    const source = aSource(database.url, { value: { table: 'values_', key: ['id'], created: 'at', fields } });
    await source.open();
    const asked = ['n', 'wide', 't', 'e'];
    expect(await rowsOf(source, 'value', asked)).to.deep.equal([
      [0.1, '9007199254740993', null, null],
      [12345678901234.5, '-1', null, Date.UTC(2026, 0, 1)],
    ]);
    const [page] = await pagesOf(source, {
      window: everything('value'),
      fields: [{ field: 'f' }, { field: 'j', path: ['n'] }, { field: 'j', path: ['s', 0] }],
    });
    expect(page?.rows.map((row) => row.map(String))).to.deep.equal([
      ['null', '12345678901234567890', '1.5'],
      ['0.1', 'null', 'null'],
    ]);
  });

  it('have the value of another field where theirs is null, or blank and that means null', async () => {
    await tryIt(`
      CREATE TABLE replaced (id int PRIMARY KEY, at timestamptz NOT NULL, nick text, name text NOT NULL);
      INSERT INTO replaced VALUES (1, '2026-01-01', NULL, 'a'), (2, '2026-01-01', '', 'b'), (3, '2026-01-01', E' \\n', 'c'),
        (4, '2026-01-01', ' d ', 'e')`);
    const fields = {
      id: { type: 'number' },
      at: TIME,
      name: { type: 'text', nullable: false },
      plain: { type: 'text', column: 'nick', coalesce: 'name' },
      shown: { type: 'text', column: 'nick', coalesce: 'name', blankIsNull: true },
    };
    const source = aSource(database.url, { one: { table: 'replaced', key: ['id'], created: 'at', fields } });
    expect(await rowsOf(source, 'one', ['plain', 'shown'])).to.deep.equal([
      ['a', 'a'],
      ['', 'b'],
      [' \n', 'c'],
      [' d ', ' d '],
    ]);
  });

  it('have the same values whatever the role has set', async () => {
    await tryIt(`
      CREATE TABLE odd_role (id bytea PRIMARY KEY, at timestamptz NOT NULL, f float8, i interval, d date, ts timestamp);
      INSERT INTO odd_role VALUES ('\\x00ff', '2026-01-01', 0.1::float8 + 0.2, '1 day -1 hour', '2026-01-02', '2026-01-02')`);
    const settings = [
      'bytea_output=escape',
      'quote_all_identifiers=on',
      'extra_float_digits=-10',
      'IntervalStyle=sql_standard',
      'DateStyle=German',
      'TimeZone=Asia/Kathmandu',
      'standard_conforming_strings=off',
    ];
    const url = new URL(database.url);
    url.search += `&options=${encodeURIComponent(settings.map((setting) => `-c ${setting}`).join(' '))}`;
    const fields = {
      id: { type: 'text' },
      at: TIME,
      f: { type: 'text' },
      i: { type: 'text' },
      d: { type: 'text' },
      ts: { ...TIME, stored: 'timestamp' },
      day: { ...TIME, column: 'd', stored: 'date' },
    };
    const source = aSource(url.href, { row: { table: 'odd_role', key: ['id'], created: 'at', fields } });
    await source.open();
    const times = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 2)];
    expect(await rowsOf(source, 'row', ['at', 'ts', 'day', 'id', 'f', 'i', 'd'])).to.deep.equal([
      [...times, String.raw`\x00ff`, '0.30000000000000004', '1 day -01:00:00', '2026-01-02'],
    ]);
  });

  /** The records of a first backfill, by their `id`. Each window begins where the one before it ended, as the engine plans them. */
  async function backfilled(source: Source, stream: string): Promise<readonly FieldValue[]> {
    const ids: FieldValue[] = [];
    let planned: number | undefined;
    for (;;) {
      const first = await source.next(stream, 'event', planned ?? Number.NEGATIVE_INFINITY);
      if (first === undefined) return ids;
      const window = everything(stream, { axis: 'event', from: planned ?? first, until: first + DAY_MS });
      for (const { rows } of await pagesOf(source, { window, fields: [{ field: 'id' }] })) ids.push(...rows.flat());
      planned = window.until;
    }
  }

  it('are exported from the first event to the last, also those whose time is infinite', async () => {
    const times = ['-infinity', '4713-02-01 BC', '2026-01-01', '275760-09-13', '294276-12-31', 'infinity'];
    await tryIt(`
      CREATE TABLE endless (id text PRIMARY KEY, at timestamptz NOT NULL, happened timestamptz NOT NULL);
      INSERT INTO endless SELECT happened, '2026-01-01', happened::timestamptz FROM unnest('{${times.join()}}'::text[]) AS happened`);
    const fields = { id: { type: 'text' }, at: TIME, happened: TIME };
    const stream = { table: 'endless', key: ['id'], created: 'at', event: 'happened', fields };
    const source = aSource(database.url, { endless: stream });
    expect(await backfilled(source, 'endless')).to.have.members(times);
    const finding = (await source.check()).find(({ name }) => name === 'times in happened of endless');
    expect(finding?.message).to.equal('records with an infinite time: 2');
  });

  const NUMBERS = ['-9000000000000000000', '0', '1767225600', '1767225600000000000', '9000000000000000000'];
  const DATES = ['-infinity', '2026-01-01', '5874897-12-31', 'infinity'];
  const TIMES = ['4714-11-24 00:00 BC', '2026-01-01', '294276-12-31 23:59', 'infinity'];
  for (const [type, stored, zone, times] of [
    ['bigint', 'epoch-s', 'UTC', NUMBERS],
    ['double precision', 'epoch-ms', 'UTC', NUMBERS],
    ['date', 'date', 'UTC', DATES],
    ['date', 'date', 'Europe/Berlin', DATES],
    ['timestamp', 'timestamp', 'America/New_York', TIMES],
    ['timestamp', 'timestamp', 'Asia/Tokyo', TIMES],
  ] as const) {
    it(`are exported also where no timestamp holds what a ${type} says in ${stored} of ${zone}`, async () => {
      const table = `beyond_${stored}_${zone}`.replaceAll(/\W/g, '_');
      await tryIt(`
        CREATE TABLE "${table}" (id text PRIMARY KEY, at timestamptz NOT NULL, happened ${type} NOT NULL);
        INSERT INTO "${table}" SELECT time, '2026-01-01', time::${type} FROM unnest('{${times.join()}}'::text[]) AS time`);
      const fields = { id: { type: 'text' }, at: TIME, happened: { ...TIME, stored, zone } };
      const stream = { table, key: ['id'], created: 'at', event: 'happened', fields };
      const source = aSource(database.url, { [table]: stream });
      expect(await backfilled(source, table)).to.have.members([...times]);
      const problems = [];
      for (const page of await pagesOf(source, { window: everything(table), fields: [{ field: 'happened' }] })) {
        problems.push(...(page.problems?.values() ?? []));
      }
      expect(problems).to.deep.equal(
        Array.from({ length: 3 }, () => ({ field: 'happened', reason: 'is infinite, or beyond the year 275760' })),
      );
      const finding = (await source.check()).find(({ name }) => name === `times in happened of ${table}`);
      expect(finding?.message).to.equal('records with an infinite time: 3');
    });
  }

  it('are refused when they differ from their description', async () => {
    await tryIt('CREATE TABLE drifted (id int PRIMARY KEY, at timestamp, n text)');
    const fields = { id: { type: 'number' }, at: TIME, n: { type: 'number' }, gone: { type: 'text' } };
    const source = aSource(database.url, { drift: { table: 'drifted', key: ['id'], created: 'at', fields } });
    const error = await source.open().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SourceDriftError);
    for (const part of [
      'drifted.at is timestamp without time zone, but described as timestamp, stored as timestamptz',
      'drifted.n is text, but described as number',
      'drifted has no column gone',
      'drifted.at may be null',
    ])
      expect(String(error)).to.contain(part);
    const description = (await source.check()).find(({ name }) => name === 'description of drift');
    expect(description).to.include({ outcome: 'bad' });
    const missing = aSource(database.url, { drift: { table: 'nowhere', key: ['id'], created: 'at', fields } });
    expect(String(await missing.open().catch((reason: unknown) => reason))).to.contain('there is no table nowhere');
  });

  for (const zone of ['Europa/Berlin', 'UTC+2', '+02', 'CEST']) {
    it(`are refused with a time in the zone ${zone}, which is none, or another one in Postgres`, () => {
      const at = { ...TIME, stored: 'timestamp', zone };
      const streams = { order: { table: 'orders', key: ['id'], created: 'at', fields: { id: { type: 'text' }, at } } };
      const { error } = postgresSource.config.safeParse({ url: database.url, streams });
      expect(error?.issues.map(({ path, message }) => [path.at(-1), message])).to.deep.include([
        'zone',
        'unknown time zone; expected a name such as UTC or Europe/Berlin',
      ]);
    });
  }

  it('are refused as a query of two statements, or one that writes', async () => {
    await tryIt('CREATE TABLE target (id text PRIMARY KEY, at timestamptz NOT NULL)');
    const fields = { id: { type: 'text' }, at: TIME };
    for (const query of [
      'SELECT id, at FROM target) AS r; DROP TABLE target; --',
      "WITH w AS (INSERT INTO target VALUES ('x', now()) RETURNING *) SELECT * FROM w",
    ]) {
      const source = aSource(database.url, { q: { query, key: ['id'], created: 'at', fields } });
      expect(await source.open().catch((error: unknown) => error)).to.be.instanceOf(SourceDriftError);
    }
    expect((await database.client.query('SELECT * FROM target')).rows).to.deep.equal([]);
  });

  it('are warned about: no index, keys that repeat, times without a value or in the future, an open transaction', async () => {
    await tryIt(`
      CREATE TABLE warned (id int, at timestamp, paid timestamp);
      INSERT INTO warned VALUES (1, '2026-01-01', NULL), (1, '2026-01-02', NULL), (2, NULL, '2026-01-03'), (3, NULL, NULL),
        (4, now() + interval '2 days', NULL), (5, 'infinity', NULL)`);
    const stored = { ...TIME, stored: 'timestamp' };
    const fields = { id: { type: 'number' }, at: { ...stored, coalesce: 'paid' }, paid: stored };
    const streams = { warned: { table: 'warned', key: ['id'], created: 'at', fields } };
    const source = aSource(database.url, streams);
    await tryIt('BEGIN; SELECT pg_sleep(0.05)');
    const plan = { streams: [{ stream: 'warned', fields: [] }], settleMs: 10, revisitMs: 60_000, maxWindowMs: DAY_MS };
    const findings = await source.check({ plan });
    await tryIt('COMMIT');
    const of = (name: string): string | undefined => findings.find((each) => each.name === name)?.message;
    expect(of('index on at of warned')).to.contain('missing on warned');
    expect(of('key of warned')).to.contain('1 of the newest 6 records repeat the key id');
    expect(of('times in at of warned')).to.equal(
      'records without a time, which are never read: 1; records after the year 9999, which are never read: 1; ' +
        'records more than an hour in the future, which are read when it comes: 1; nulls that paid replaces: 2',
    );
    expect(of('changes of warned')).to.contain('the stream has no `updated`');
    expect(findings.find(({ name }) => name === 'settle and transactions')).to.include({ outcome: 'warning' });
    await tryIt('DELETE FROM warned; ALTER TABLE warned ADD PRIMARY KEY (id); CREATE INDEX ON warned (at, id)');
    const after = await source.check();
    expect(after.filter(({ name, outcome }) => outcome !== 'good' && name !== 'clock')).to.deep.equal([]);
  });

  it('have no unique key where children repeat it, or its column does not tell texts apart as the index does', async () => {
    await tryIt(`
      CREATE TABLE parents (id text PRIMARY KEY, at timestamptz NOT NULL);
      CREATE TABLE children () INHERITS (parents);
      INSERT INTO parents VALUES ('a', '2026-01-01'); INSERT INTO children VALUES ('a', '2026-01-01');
      CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE cases (id text COLLATE any_case NOT NULL, at timestamptz NOT NULL);
      CREATE UNIQUE INDEX ON cases (id COLLATE "C");
      INSERT INTO cases VALUES ('a', '2026-01-01'), ('A', '2026-01-01');
      CREATE TABLE same (id text NOT NULL, at timestamptz NOT NULL);
      CREATE UNIQUE INDEX ON same (id COLLATE "C")`);
    const stream = { key: ['id'], created: 'at', fields: { id: { type: 'text' }, at: TIME } };
    const tables = ['parents', 'cases', 'same'];
    const streams = Object.fromEntries(tables.map((table) => [table, { table, ...stream }]));
    const findings = await aSource(database.url, streams).check();
    const messages = tables.map((table) => findings.find(({ name }) => name === `key of ${table}`)?.message);
    const repeated = '1 of the newest 2 records repeat the key id: the destination keeps one event for each key';
    expect(messages).to.deep.equal([repeated, repeated, 'id is unique in the database']);
  });

  it('are bad where row-level security would hide rows from the role', async () => {
    await tryIt(`
      CREATE TABLE secured (id int PRIMARY KEY, at timestamptz NOT NULL);
      ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
      CREATE VIEW through WITH (security_invoker) AS SELECT * FROM secured;
      CREATE ROLE secured_reader LOGIN PASSWORD 'secret';
      GRANT SELECT ON secured, through TO secured_reader`);
    const url = new URL(database.url);
    Object.assign(url, { username: 'secured_reader', password: 'secret' });
    const fields = { id: { type: 'text' }, at: TIME };
    const stream = { key: ['id'], created: 'at', fields };
    const streams = { whole: { table: 'secured', ...stream }, seen: { table: 'through', ...stream } };
    const findings = (await aSource(url.href, streams).check()).filter(({ outcome }) => outcome !== 'good');
    await tryIt('ALTER ROLE secured_reader BYPASSRLS');
    const after = await aSource(url.href, streams).check();
    await tryIt('DROP OWNED BY secured_reader; DROP ROLE secured_reader');
    expect(findings.map(({ name, outcome }) => `${name}: ${outcome}`)).to.include.members([
      'rows of whole: bad',
      'rows of seen: bad',
    ]);
    expect(findings.find(({ name }) => name === 'rows of whole')?.message).to.contain(
      'query would be affected by row-level security policy for table "secured"; grant the role what it lacks',
    );
    expect(after.filter(({ outcome }) => outcome === 'bad' || outcome === 'unknown')).to.deep.equal([]);
  });

  it('are not counted where their rows are in partitions or children, which may be large', async () => {
    await tryIt(`
      CREATE TABLE parted (id int, at timestamptz NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE parted_all PARTITION OF parted DEFAULT WITH (autovacuum_enabled = false);
      CREATE TABLE parent (id int, at timestamptz NOT NULL);
      CREATE TABLE child () INHERITS (parent) WITH (autovacuum_enabled = false)`);
    const fields = { id: { type: 'number' }, at: TIME };
    for (const [table, rows] of [
      ['parted', 'parted_all'],
      ['parent', 'child'],
    ] as const) {
      await tryIt(`INSERT INTO ${rows} SELECT n, timestamptz '2026-01-01' FROM generate_series(1, 300) AS n`);
      await tryIt(`ANALYZE ${rows}; DELETE FROM ${rows}`);
      const source = aSource(database.url, { part: { table, key: ['id'], created: 'at', fields } });
      await source.open();
      // Of a count, 0.
      expect(await source.estimate?.(everything('part', { axis: 'event' }))).to.be.above(0);
    }
  });

  it('get an index by a statement that the server takes', async () => {
    await tryIt(`
      CREATE TABLE whole (id int PRIMARY KEY, at timestamptz NOT NULL);
      CREATE TABLE divided (id int, at timestamptz NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE divided_all PARTITION OF divided DEFAULT;
      CREATE VIEW seen AS SELECT * FROM whole`);
    const fields = { id: { type: 'number' }, at: TIME };
    const adviceFor = async (table: string) => {
      const source = aSource(database.url, { part: { table, key: ['id'], created: 'at', fields } });
      return (await source.check()).find(({ name }) => name === 'index on at of part');
    };
    // An index of a view is one of the table behind it.
    expect(await adviceFor('seen'))
      .to.include({ outcome: 'warning' })
      .and.not.to.have.property('statements');
    for (const table of ['whole', 'divided']) {
      for (const statement of (await adviceFor(table))?.statements ?? []) await tryIt(statement);
      expect(await adviceFor(table), table).to.include({ outcome: 'good' });
    }
  });

  it('have the key of their primary key, without the columns that it includes', async () => {
    await tryIt('CREATE TABLE covered (a int, b int, at timestamptz NOT NULL, PRIMARY KEY (b, a) INCLUDE (at))');
    const config = pullConfig.parse({ url: database.url, streams: { covered: { table: 'covered', created: 'at' } } });
    const { edits } = await pullSchema(config, anAdapterContext());
    expect(edits.find(({ path }) => path.join('.') === 'covered.key')?.value).to.deep.equal(['b', 'a']);
  });

  it('have the type below a domain of a domain', async () => {
    await tryIt(`
      CREATE DOMAIN amount AS integer; CREATE DOMAIN price AS amount;
      CREATE TABLE priced (id int PRIMARY KEY, at timestamptz NOT NULL, n price)`);
    const fields = { id: { type: 'number' }, at: TIME, n: { type: 'number' } };
    const source = aSource(database.url, { priced: { table: 'priced', key: ['id'], created: 'at', fields } });
    await source.open();
  });

  it('complete a description with fields that a mapping can read, whatever their columns are called', async () => {
    await tryIt(`
      CREATE TABLE named ("order id" int PRIMARY KEY, at timestamptz NOT NULL, a_b int, "a b" int, "a-b" int, "名前" text,
        "住所" text, "null" text, "1st" text)`);
    const pull = async (stream: object) => {
      const config = pullConfig.parse({
        url: database.url,
        streams: { s: { table: 'named', created: 'at', ...stream } },
      });
      return pullSchema(config, anAdapterContext());
    };
    const { edits } = await pull({});
    const columns = edits.flatMap(({ path, value }) => (path[3] === 'column' ? [`${path[2]}: ${String(value)}`] : []));
    expect(columns).to.deep.equal([
      'order_id: order id',
      'a_b_2: a b',
      'a_b_3: a-b',
      '__: 名前',
      '___2: 住所',
      'null_: null',
      '_1st: 1st',
    ]);
    expect(edits.find(({ path }) => path[1] === 'key')?.value).to.deep.equal(['order_id']);
    expect(edits.find(({ path }) => path.join('.') === 's.fields.order_id.type')?.value).to.equal('text');
    const named = await pull({ fields: { at: {}, id: { column: 'order id' } } });
    expect(named.edits.find(({ path }) => path[1] === 'key')?.value).to.deep.equal(['id']);
    const without = await pull({ fields: { at: {} } });
    expect(without.edits.map(({ path }) => path[1])).not.to.include('key');
    expect(without.notes.join()).to.contain('the primary key is order id: add it under `fields`');
  });

  it('complete a description and keep what people wrote', async () => {
    await tryIt(`
      CREATE TABLE pulled (id bigint PRIMARY KEY, at timestamp NOT NULL, n numeric NOT NULL, tags text[], d date, e bigint);
      COMMENT ON TABLE pulled IS E'One\\norder.'; COMMENT ON COLUMN pulled.n IS 'The price.'`);
    const pull = (stream: object) =>
      pullSchema(pullConfig.parse({ url: database.url, streams: { s: stream } }), anAdapterContext());
    const all = await pull({ table: 'pulled', created: 'at' });
    expect(all.edits.map(({ path, value }) => `${path.slice(1).join('.')}=${String(value)}`)).to.deep.equal([
      'doc=One order.',
      'key=id',
      'fields.id.type=text',
      'fields.id.nullable=false',
      'fields.at.type=timestamp',
      'fields.at.stored=timestamp',
      'fields.at.zone=UTC',
      'fields.at.nullable=false',
      'fields.n.type=number',
      'fields.n.nullable=false',
      'fields.n.doc=The price.',
      'fields.tags.type=text[]',
      'fields.d.type=timestamp',
      'fields.d.stored=date',
      'fields.e.type=number',
    ]);
    const fields = {
      at: { type: 'timestamp', stored: 'timestamptz', nullable: false },
      n: { type: 'text', doc: 'Mine.', nullable: false },
      e: { type: 'timestamp', stored: 'epoch-ms' },
    };
    const some = await pull({ table: 'pulled', key: ['n'], created: 'at', doc: 'Mine.', fields });
    expect(some.edits.map(({ path, value }) => `${path.slice(1).join('.')}=${String(value)}`)).to.deep.equal([
      'fields.at.stored=timestamp',
      'fields.at.zone=UTC',
    ]);
    expect(some.notes.join()).to.contain('not in the file: id, tags, d');
  });
});
