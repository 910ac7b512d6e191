import { it } from 'mocha';
import type { Axis, RecordPage } from '@sluice/core/source';
import { mustHold } from './rule.js';
import { keysOf, type DescribeSourceOptions, type SourceBench } from './source-bench.js';

/** What happens while the consumer of a page is busy with it. */
export function describeInterruptions(
  bench: () => SourceBench,
  { changes = false }: Pick<DescribeSourceOptions, 'changes'>,
): void {
  /** Reads all records on an axis, and does something when the first page has come. */
  async function interrupted(axis: Axis, work: (page: RecordPage) => Promise<void>): Promise<readonly string[]> {
    const { source, fields, windowOn } = bench();
    const pages: RecordPage[] = [];
    for await (const page of source.read({ window: windowOn(axis), fields })) {
      // A page may compute its lists when they are first read.
      if (keysOf([page]).length > 0 && pages.push(page) === 1) await work(page);
    }
    return keysOf(pages);
  }

  async function countOpen(): Promise<number> {
    const { openReads } = bench();
    mustHold(
      openReads !== undefined,
      'the suite must see what the source holds open while the engine is busy with a page',
      "return `openReads` from `create`: a count of its statements, transactions and files; `'none'` for an HTTP API",
    );
    return openReads === 'none' ? 0 : openReads();
  }

  it('is tested with records of one time on two pages', async () => {
    const { read, windowOn } = bench();
    const pages = await read(windowOn('change'));
    const isTied = pages.some((page, index) => page.createdAt.at(-1) === pages[index + 1]?.createdAt[0]);
    mustHold(
      isTied,
      'the suite must see a page end between two records of one time, where a source that goes by the time alone loses one',
      'create more records at one time than a page holds, and let the test use small pages',
    );
  });

  if (changes) {
    for (const [which, axis] of [
      ['was returned', 'change'],
      ['was not returned yet', 'change'],
      ['was returned', 'event'],
    ] as const) {
      it(`loses nothing on the axis ${axis} when a record changes that ${which}`, async () => {
        const { keys, until } = bench();
        const found = await interrupted(axis, async (page) => {
          const key = which === 'was returned' ? page.keys[0] : keys.findLast((each) => !page.keys.includes(each));
          await bench().change?.(key ?? '', until + 1);
        });
        const missing = keys.filter((key) => !found.includes(key));
        mustHold(
          missing.length === 0,
          `a record that changes between two pages must not hide any; missing: ${missing.join(', ')}`,
          'go on after the last cursor, not by an offset, and give times of change no upper bound',
        );
      });
    }
  }

  it('holds nothing open while the consumer of a page is busy', async () => {
    let open = 0;
    await interrupted('change', async () => {
      open = await countOpen();
    });
    mustHold(
      open === 0,
      `no statement, transaction or file may be open while the engine waits for the sink; open: ${open}`,
      'read each page completely, with a statement of its own, before you yield it',
    );
  });

  it('holds nothing open when its consumer stops after a page', async () => {
    const { source, fields, windowOn } = bench();
    for await (const page of source.read({ window: windowOn('change'), fields })) if (page.keys.length > 0) break;
    const open = await countOpen();
    mustHold(
      open === 0,
      `nothing may stay open when the consumer stops after a page; open: ${open}`,
      'release what a page needs in `finally`, before the page is yielded',
    );
  });
}
