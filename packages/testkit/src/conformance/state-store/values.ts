import { HOUR_MS, type DeadLetter } from '@sluice/core/state';
import { expect } from 'chai';
import { aBinding, aDeadLetter, aDigest, advance, anAttribution, finish, plan } from '../state-changes.js';
import { lettersOf, type StateStoreSubject } from './subject.js';

/** Texts that break encodings, quoting, line ends or JSON in databases. */
const ODD_TEXTS = [
  '',
  ' \t\r\n\v\f\u0085\u2028\u2029\uFEFF ',
  'quotes \' " ` $1 ? ?? :name \\ \\u0041 %s -- ; {} []',
  'NUL \u0000 and \u0001\u001f\u007f',
  'Ключ 鍵 🔑 é e\u0301 \u{10FFFF}',
  'lone surrogates \uD800 \uDFFF',
  '__proto__',
  'x'.repeat(100_000),
];

export function describeValues(subject: StateStoreSubject): void {
  for (const text of ODD_TEXTS) {
    subject.test(`returns a text unchanged: ${JSON.stringify(text.slice(0, 40))}`, async (writer) => {
      const letter: DeadLetter = {
        ...aDeadLetter('1-1'),
        key: text,
        detail: text,
        record: { field: text, list: [text, { deep: text }] },
      };
      const committed = await writer.commit([
        { type: 'bind', binding: { ...aBinding, source: { description: text, fingerprint: text } } },
        plan(1, 1_000, 2_000),
        advance(1, 0, { cursor: text, mapping: text, deadLetters: [letter] }),
        { type: 'remember', entry: { ...anAttribution, by: text, what: 'repair', detail: text } },
        { type: 'run-ended', run: { at: 1, outcome: 'failed', error: text } },
      ]);
      expect(committed.windows[0]).to.include({ cursor: text });
      expect(committed.lastRun).to.include({ error: text });
      await subject.release(writer);
      expect(await subject.readElsewhere()).to.deep.equal(committed);
      expect(await lettersOf(subject.reader)).to.deep.equal([letter]);
    });
  }

  subject.test('stores times in the distant past and future', async (writer) => {
    const [early, late] = [Date.UTC(-100, 0), Date.UTC(11_000, 0)];
    const hours = [early, late].map((hour) => ({ ...aDigest(0, 'a'), hour }));
    const state = await writer.commit([plan(1, early, late), advance(1, 1, { digests: hours, at: late })]);
    expect(await subject.readElsewhere()).to.deep.equal(state);
    expect(await subject.reader.digests('trace', early, late + HOUR_MS)).to.deep.equal(hours);
  });

  subject.test('stores a large state: a hundred windows that do not merge, thousands of hours', async (writer) => {
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    const windows = ids.flatMap((id) => [plan(id, 2 * id, 2 * id + 1), advance(id, id), finish(id)]);
    const digests = Array.from({ length: 5_000 }, (_, hour) => aDigest(hour, String(hour)));
    await writer.commit(windows);
    const state = await writer.commit([plan(101, 5_000, 6_000), advance(101, 1, { digests })]);
    expect(state.windows).to.have.length(101);
    expect(await subject.readElsewhere()).to.deep.equal(state);
    expect(await subject.reader.digests('trace', 0, Number.MAX_SAFE_INTEGER)).to.deep.equal(digests);
  });
}
