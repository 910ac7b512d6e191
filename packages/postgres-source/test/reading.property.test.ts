import { expect } from 'chai';
import fc from 'fast-check';
import { testRuns } from '@sluice/testkit';
import { aDatabase, aSource, everything, type TestDatabase } from './a-database.js';

const START = Date.UTC(2026, 2, 28, 20);
const HOUR_US = 3_600_000_000n;
const ZONE = 'Europe/Berlin';

/** A row: its times in microseconds after the start. The clocks of the zone change in between. */
interface Row {
  readonly id: string;
  readonly created: bigint | null;
  readonly other: bigint;
  readonly updated: bigint | null;
}

const KINDS = {
  timestamptz: { type: 'timestamptz', grain: 1n, sql: (us: string) => us },
  timestamp: { type: 'timestamp', grain: 1n, sql: (us: string) => `${us} AT TIME ZONE 'UTC'` },
  zoned: { type: 'timestamp', grain: 1n, sql: (us: string) => `${us} AT TIME ZONE '${ZONE}'` },
  'epoch-s': { type: 'bigint', grain: 1_000_000n, sql: (us: string) => `extract(epoch FROM ${us})::bigint` },
  'epoch-ms': { type: 'bigint', grain: 1000n, sql: (us: string) => `(extract(epoch FROM ${us}) * 1000)::bigint` },
} as const;
type Kind = keyof typeof KINDS;

const aTime = fc
  .bigInt({ min: 0n, max: 40n })
  .chain((hour) => fc.bigInt({ min: 0n, max: 3n }).map((us) => hour * HOUR_US + us));
const aRow = fc.record({
  created: fc.option(aTime, { freq: 6 }),
  other: aTime,
  updated: fc.option(aTime),
});
const aTable = fc.record({
  kind: fc.constantFrom<Kind>('timestamptz', 'timestamp', 'zoned', 'epoch-s', 'epoch-ms'),
  rows: fc.array(aRow, { maxLength: 25 }),
  pageSize: fc.integer({ min: 1, max: 4 }),
  window: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 30 })),
  changed: fc.nat({ max: 24 }),
});

/** What the database keeps of a time. In these hours the clocks of the zone go forward: no local hour comes twice. */
function kept(kind: Kind, us: bigint): bigint {
  return us - (us % KINDS[kind].grain);
}

function ms(us: bigint): number {
  return START + Number(us / 1000n);
}

describe('a table with any rows', () => {
  let database: TestDatabase;
  before(async () => {
    database = await aDatabase();
  });

  async function fill(kind: Kind, rows: readonly Row[]): Promise<void> {
    const { type, sql } = KINDS[kind];
    const time = (name: string): string =>
      sql(`(timestamptz '${new Date(START).toISOString()}' + ${name} * interval '1 microsecond')`);
    await database.client.query(`
      DROP TABLE IF EXISTS things;
      CREATE TABLE things (id text PRIMARY KEY, created ${type}, other ${type} NOT NULL, updated ${type})`);
    await database.client.query(
      `INSERT INTO things SELECT id, ${time('created')}, ${time('other')}, ${time('updated')}
       FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[]) AS given (id, created, other, updated)`,
      [
        rows.map(({ id }) => id),
        ...(['created', 'other', 'updated'] as const).map((name) => rows.map((row) => row[name]?.toString() ?? null)),
      ],
    );
  }

  it('is read as an oracle says, although rows change between pages', async () => {
    await fc.assert(
      fc.asyncProperty(aTable, async ({ kind, rows: given, pageSize, window: [a, b, revisit], changed }) => {
        const rows = given.map((row, index) => ({ id: `r${index}`, ...row }));
        await fill(kind, rows);
        const stored = kind === 'zoned' ? { stored: 'timestamp', zone: ZONE } : { stored: kind };
        const time = { type: 'timestamp', ...stored };
        const streams = {
          thing: {
            table: 'things',
            key: ['id'],
            created: 'created',
            updated: 'updated',
            fields: {
              id: { type: 'text' },
              created: { ...time, coalesce: 'other' },
              other: { ...time, nullable: false },
              updated: time,
            },
          },
        };
        const [from, until] = [Math.min(a, b), Math.max(a, b)].map((hours) => START + hours * 3_600_000);
        const window = everything('thing', { from: from ?? 0, until: until ?? 0, revisitMs: revisit * 3_600_000 });
        const at = (row: Row): number => ms(kept(kind, row.created ?? row.other));
        const inside = (row: Row, first: number, end: number): boolean => at(row) >= first && at(row) < end;
        const created = rows.filter((row) => inside(row, window.from, window.until));
        const older = rows.filter(
          (row) =>
            inside(row, window.from - window.revisitMs, window.from) &&
            row.updated !== null &&
            ms(kept(kind, row.updated)) >= window.from,
        );
        const source = aSource(database.url, streams, { pageSize, maxConnections: 1 });
        await source.open();
        const found: string[] = [];
        for await (const page of source.read({ window, fields: [{ field: 'id' }] })) {
          found.push(...page.keys.map((key) => `${page.part} ${key}`));
          expect(page.keys.map((key) => rows.find(({ id }) => id === key)).map((row) => row && at(row))).to.deep.equal([
            ...page.createdAt,
          ]);
          // A record that changes while its window is read may move to the part that follows, but is never lost.
          await database.client.query('UPDATE things SET updated = other WHERE id = $1 AND updated IS NULL', [
            `r${changed}`,
          ]);
        }
        await source.close();
        const expected = [...created.map(({ id }) => `created ${id}`), ...older.map(({ id }) => `changed ${id}`)];
        expect(found.filter((each) => !each.endsWith(` r${changed}`)).toSorted()).to.deep.equal(
          expected.filter((each) => !each.endsWith(` r${changed}`)).toSorted(),
        );
        for (const place of expected) expect(found).to.include(place);
      }),
      { numRuns: testRuns(120) },
    );
  }).timeout(120_000);
});
