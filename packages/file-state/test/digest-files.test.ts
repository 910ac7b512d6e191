import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { DigestBook, HOUR_MS, type DigestChange, type HourDigest } from '@sluice/core/state';
import { testRuns } from '@sluice/testkit';
import { DigestFiles } from '#src/digest-files.js';

const STREAMS = ['trace', 'score'] as const;
const DAY_HOURS = 24;

/** Around the ends of months, of years and of time. */
const hour = fc
  .tuple(
    fc.constantFrom(
      Date.UTC(2025, 11, 31),
      Date.UTC(2026, 1, 28),
      Date.UTC(2026, 3, 1),
      0,
      -62_198_755_200_000,
      8.64e15,
    ),
    fc.integer({ min: -40 * DAY_HOURS, max: 0 }),
  )
  .map(([at, hours]) => at + hours * HOUR_MS);

const digest = fc.record({
  hour,
  delivered: fc.nat(9),
  filtered: fc.constant(0),
  deadLettered: fc.nat(2),
  sums: fc.constant(['0000000000000001', 'ffffffffffffffff'] as const),
}) satisfies fc.Arbitrary<HourDigest>;

const stream = fc.constantFrom(...STREAMS);
const change: fc.Arbitrary<DigestChange> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('add'), stream, digests: fc.array(digest, { maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace'), stream, digest }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clear'), stream, from: hour }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear-all' } as const) },
);
const step = fc.oneof({ weight: 3, arbitrary: change }, { weight: 1, arbitrary: fc.constant('compaction' as const) });

describe('the files with the digests', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-digests-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const replace = async (path: string, _directory: string, text: string): Promise<void> => writeFileSync(path, text);

  it('give back what a book in memory does, whatever is compacted when', async function () {
    this.timeout(60_000);
    let revision = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), hour, hour, async (steps, from, until) => {
        const book = new DigestBook();
        let names: readonly string[] = [];
        let files = new DigestFiles(directory, names);
        for (const each of steps) {
          if (each === 'compaction') {
            revision += 1;
            names = await files.store(revision, replace);
            await files.removeOthers(names);
            files = new DigestFiles(directory, names);
          } else {
            book.apply(each);
            files.apply(each);
          }
        }
        for (const name of STREAMS) {
          for (const range of [
            [from, until],
            [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
          ] as const) {
            expect(await files.list(name, ...range)).to.deep.equal(book.list(name, ...range));
          }
        }
      }),
      { numRuns: testRuns(1000) },
    );
    // Those of the last snapshot, and of the one before it.
    expect(readdirSync(directory).length).to.be.below(40);
  });
});
