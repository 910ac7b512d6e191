import { expect } from 'chai';
import { HOUR_MS } from '#src/contracts/digest.js';
import type { Source } from '#src/contracts/source.js';
import type { Window } from '#src/contracts/window.js';
import { slicesOf } from '#src/engine/run/slices.js';

const WINDOW: Window = { stream: 'trace', axis: 'change', from: 1_001, until: HOUR_MS, createdBefore: 0, revisitMs: 5 };
const { signal } = new AbortController();

/** The slices of a window of which the source estimates so many records. */
async function slices(records: number | undefined, window = WINDOW): Promise<readonly Window[]> {
  const estimate = records === undefined ? {} : { estimate: async () => records };
  return slicesOf(window, estimate as unknown as Source, signal);
}

describe('the slices of a window of following', () => {
  it('are the older records and the time of creation in equal parts, one for 100,000 records', async () => {
    const [older, ...created] = await slices(650_000);
    expect(older).to.deep.equal({ ...WINDOW, olderOnly: true });
    expect(created).to.have.length(7);
    expect(created.map(({ from }) => from)).to.deep.equal([
      WINDOW.from,
      ...created.slice(0, -1).map(({ until }) => until),
    ]);
    expect(created.at(-1)?.until).to.equal(WINDOW.until);
    for (const slice of created) {
      expect(slice).to.include({ revisitMs: 0, createdBefore: 0 });
      expect(slice.until - slice.from).to.be.within(514_142, 514_143);
    }
  });

  it('are sixteen at most', async () => {
    expect(await slices(1e9)).to.have.length(17);
  });

  it('have no window of older records where nobody looks back', async () => {
    const found = await slices(200_000, { ...WINDOW, revisitMs: 0 });
    expect(found.map(({ olderOnly }) => olderOnly)).to.deep.equal([undefined, undefined]);
  });

  it('are the window alone when it is small or short, and where the source makes no estimates', async () => {
    const short = { ...WINDOW, until: WINDOW.from + 299_999 };
    for (const found of [await slices(100_000), await slices(undefined), await slices(1e9, short)]) {
      expect(found).to.have.length(1);
      expect(found[0]).to.not.have.property('olderOnly');
    }
  });
});
