import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keySums } from '@sluice/core/source';
import { NO_COUNTS, HOUR_MS, type PipelineState, type StateChange, type StateReader } from '@sluice/core/state';
import { FileStateStore } from '#src/file-state-store.js';
import { openAppendFile, type OpenAppendFile } from '#src/journal.js';
import type { LeasedFilesOptions } from '#src/leased-files.js';
import { replaceFile } from '#src/state-files.js';
import { decodeLine, encodeLine } from '#src/checksummed-line.js';
import { aDeadLetter } from './a-dead-letter.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const context = { logger: silent, runtime: { now: () => Date.UTC(2026, 0, 1) } };
const NEVER = { compactAtBytes: Number.POSITIVE_INFINITY };
const ALWAYS = { compactAtBytes: 0 };

const window = { stream: 'trace', axis: 'event', from: 0, until: 1, revisitMs: 0 } as const;

function add(...numbers: readonly number[]): StateChange {
  const counts = { ...NO_COUNTS, read: numbers.length, deadLetteredRecords: numbers.length };
  const digests = numbers.map((number) => ({
    hour: number * HOUR_MS,
    delivered: 0,
    filtered: 0,
    deadLettered: 1,
    sums: keySums([String(number)]),
  }));
  const deadLetters = numbers.map((number) => aDeadLetter(String(number)));
  return { type: 'advance', id: 1, mapping: 'm', counts, deadLetters, digests, at: 1 };
}

function close(...numbers: readonly number[]): StateChange {
  const attribution = { at: 2, by: 'ada@ops-1' };
  return { type: 'close-dead-letters', ids: numbers.map(String), how: 'discarded', attribution };
}

/** The file has 1 to 4 with 2 closed; the journal has 5 to 7 and closes 6, 4 and 1, in this order. */
const STORED: readonly StateChange[] = [
  { type: 'plan', id: 1, purpose: 'first-backfill', window, at: 0 },
  add(1, 2, 3, 4),
  close(2),
];
const RECENT: readonly StateChange[] = [add(5, 6), close(6, 4), add(7), close(1)];

async function seen(reader: StateReader): Promise<{ state: PipelineState; ids: string[]; hours: number[] }> {
  const ids: string[] = [];
  for await (const { id } of reader.deadLetters()) ids.push(id);
  const digests = await reader.digests('trace', 0, Number.MAX_SAFE_INTEGER);
  return { state: await reader.read(), ids, hours: digests.map(({ hour }) => hour / HOUR_MS) };
}

describe('a compaction', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-compaction-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** As by a process that is killed then: it does not remove what is closed. */
  async function commit(directory: string, options: typeof NEVER, changes: readonly StateChange[]): Promise<void> {
    const writer = await new FileStateStore(directory, context, options).acquire('p');
    for (const change of changes) await writer.commit([change]);
    for (const name of filesOf(directory)) if (name.startsWith('lock-')) rmSync(file(directory, name));
    await writer.release();
  }

  async function commitAndRelease(directory: string, changes: readonly StateChange[]): Promise<void> {
    const writer = await new FileStateStore(directory, context, NEVER).acquire('p');
    for (const change of changes) await writer.commit([change]);
    await writer.release();
  }

  function filesOf(directory: string): readonly string[] {
    return readdirSync(join(directory, 'p'));
  }

  function file(directory: string, name: string): string {
    return join(directory, 'p', name);
  }

  /** The folder right before and right after the last compaction. */
  async function beforeAndAfter(): Promise<{ readonly before: string; readonly after: string }> {
    const [before, after] = [join(root, 'before'), join(root, 'after')];
    await commit(before, ALWAYS, STORED);
    await commit(before, NEVER, RECENT.slice(0, -1));
    cpSync(before, after, { recursive: true });
    await commit(before, NEVER, RECENT.slice(-1));
    await commit(after, ALWAYS, RECENT.slice(-1));
    return { before, after };
  }

  it('changes nothing that a reader sees, and keeps closed dead letters closed', async () => {
    const { before, after } = await beforeAndAfter();
    const expected = await seen(new FileStateStore(before, context).reader('p'));
    expect(expected.ids).to.deep.equal(['3', '5', '7']);
    expect(expected.state.openDeadLetters).to.equal(3);
    expect(expected.hours).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(await seen(new FileStateStore(after, context).reader('p'))).to.deep.equal(expected);
    expect(readFileSync(file(after, 'journal.jsonl'), 'utf8')).to.equal('');
  });

  function digestFiles(directory: string): readonly string[] {
    return filesOf(directory).filter((name) => /^digests-.*\.json$/u.test(name));
  }

  const parts = ['dead-letters.jsonl', 'digests', 'snapshot.json', 'journal.jsonl'] as const;
  for (let done = 0; done <= parts.length; done++) {
    it(`loses and duplicates nothing when a crash ends it after ${done} of its ${parts.length} steps`, async () => {
      const { before, after } = await beforeAndAfter();
      const crashed = join(root, 'crashed');
      cpSync(before, crashed, { recursive: true });
      const names = parts.slice(0, done).flatMap((part) => (part === 'digests' ? digestFiles(after) : [part]));
      for (const name of names) cpSync(file(after, name), file(crashed, name));
      // What a crash leaves of a file that was being written.
      for (const name of parts.slice(2)) writeFileSync(file(crashed, `${name}.new`), 'half a li');
      const expected = await seen(new FileStateStore(before, context).reader('p'));
      expect(await seen(new FileStateStore(crashed, context).reader('p'))).to.deep.equal(expected);
      for (const options of [NEVER, ALWAYS]) {
        const again = join(root, `again-${options.compactAtBytes}`);
        cpSync(crashed, again, { recursive: true });
        await commit(again, options, [add(8), close(3)]);
        const { ids, state } = await seen(new FileStateStore(again, context).reader('p'));
        expect(ids).to.deep.equal(['5', '7', '8']);
        expect(state.openDeadLetters).to.equal(3);
      }
    });
  }

  it('writes dead letters again when a crash ends it at any of their bytes', async () => {
    const { before, after } = await beforeAndAfter();
    const expected = await seen(new FileStateStore(after, context).reader('p'));
    const [old, whole] = [before, after].map((directory) => readFileSync(file(directory, 'dead-letters.jsonl'))) as [
      Buffer,
      Buffer,
    ];
    expect(whole.length).to.be.greaterThan(old.length);
    for (let bytes = old.length; bytes < whole.length; bytes += 37) {
      const crashed = join(root, `crashed-${bytes}`);
      cpSync(before, crashed, { recursive: true });
      writeFileSync(file(crashed, 'dead-letters.jsonl'), whole.subarray(0, bytes));
      expect((await seen(new FileStateStore(crashed, context).reader('p'))).ids).to.deep.equal(expected.ids);
      await commit(crashed, ALWAYS, [{ type: 'resume' }]);
      expect((await seen(new FileStateStore(crashed, context).reader('p'))).ids).to.deep.equal(expected.ids);
      expect(readFileSync(file(crashed, 'dead-letters.jsonl'))).to.deep.equal(whole);
    }
  });

  it('keeps every acknowledged commit when the process dies before any of its steps', async function () {
    this.timeout(120_000);
    const stored = join(root, 'stored');
    await commit(stored, ALWAYS, STORED);
    /** The open dead letters after each of the recent commits. */
    const open = [
      ['1', '3', '4'],
      ['1', '3', '4', '5', '6'],
      ['1', '3', '5'],
      ['1', '3', '5', '7'],
      ['3', '5', '7'],
    ];
    let steps = 0;
    for (let dying = 1; steps >= dying - 1; dying++) {
      steps = 0;
      /** Every operation on a file is a step. The dying step and all later ones fail. */
      const step = async <T>(touch: () => Promise<T>): Promise<T> => {
        if (steps === dying) throw new Error('dead');
        steps += 1;
        if (steps === dying) throw new Error('dead');
        return touch();
      };
      const openFile: OpenAppendFile = async (path) => {
        const opened = await step(() => openAppendFile(path));
        return {
          appendFile: (text) => step(() => opened.appendFile(text)),
          datasync: () => step(() => opened.datasync()),
          truncate: (bytes) => step(() => opened.truncate(bytes)),
          close: () => opened.close(),
        };
      };
      const replace: typeof replaceFile = (path, folder, text) => step(() => replaceFile(path, folder, text));
      const directory = join(root, `dying-${dying}`);
      cpSync(stored, directory, { recursive: true });
      // Some commits are only in the journal when it is compacted.
      const options = { compactAtBytes: 1500, openFile, replaceFile: replace };
      const acknowledged = await untilItDies(directory, options);
      const { state, ids } = await seen(new FileStateStore(directory, context).reader('p'));
      expect(state.revision - STORED.length).to.be.within(acknowledged, acknowledged + 1);
      expect(ids).to.deep.equal(open[state.revision - STORED.length]);
      await commit(directory, ALWAYS, [{ type: 'resume' }]);
      expect((await seen(new FileStateStore(directory, context).reader('p'))).ids).to.deep.equal(ids);
      if (steps < dying) expect(acknowledged).to.equal(RECENT.length);
    }
    // Without a compaction: three steps to open, two for each commit.
    expect(steps).to.be.greaterThan(3 + 2 * RECENT.length);
  });

  /** Returns how many commits were acknowledged. */
  async function untilItDies(directory: string, options: Partial<LeasedFilesOptions>): Promise<number> {
    const store = new FileStateStore(directory, context, options);
    let acknowledged = 0;
    try {
      const writer = await store.acquire('p');
      try {
        for (const change of RECENT) {
          await writer.commit([change]);
          acknowledged += 1;
        }
      } finally {
        await writer.release();
      }
    } catch (error) {
      expect(String(error)).to.include('dead');
    }
    return acknowledged;
  }

  it('is refused where dead letters are missing that its snapshot names, and nothing is changed', async () => {
    const directory = join(root, 'copied');
    await commit(directory, ALWAYS, STORED);
    const letters = file(directory, 'dead-letters.jsonl');
    const whole = readFileSync(letters);
    for (const bytes of [0, whole.length - 1, undefined]) {
      if (bytes === undefined) rmSync(letters);
      else writeFileSync(letters, whole.subarray(0, bytes));
      const store = new FileStateStore(directory, context, ALWAYS);
      for (const failed of [await store.reader('p').read().catch(String), await store.acquire('p').catch(String)]) {
        expect(failed).to.include(`dead-letters.jsonl has ${bytes ?? 0} of ${whole.length} bytes`);
      }
      if (bytes !== undefined) expect(readFileSync(letters)).to.have.length(bytes);
    }
    writeFileSync(letters, whole);
    await commit(directory, ALWAYS, [close(1, 3, 4)]);
    rmSync(letters);
    await commit(directory, ALWAYS, [add(5)]);
    expect((await seen(new FileStateStore(directory, context).reader('p'))).ids).to.deep.equal(['5']);
  });

  it('is not taken for a new state where its snapshot is missing', async () => {
    const directory = join(root, 'part');
    await commit(directory, ALWAYS, STORED);
    rmSync(file(directory, 'snapshot.json'));
    for (const gone of ['dead-letters', 'digests']) {
      const part = join(root, gone);
      cpSync(directory, part, { recursive: true });
      for (const name of filesOf(part)) if (name.startsWith(gone)) rmSync(file(part, name));
      const store = new FileStateStore(part, context);
      for (const failed of [await store.reader('p').read().catch(String), await store.acquire('p').catch(String)]) {
        expect(failed).to.match(
          /snapshot\.json is missing, but (?:digests-1970-01\.\d+\.json|dead-letters\.jsonl) is there/u,
        );
      }
    }
  });

  it('does not keep the ids of closed dead letters for ever', async () => {
    const directory = join(root, 'long');
    await commit(directory, ALWAYS, STORED);
    for (let number = 10; number < 30; number++) await commit(directory, ALWAYS, [add(number), close(number)]);
    await commit(directory, ALWAYS, [close(1, 3, 4)]);
    const snapshot = readFileSync(file(directory, 'snapshot.json'), 'utf8');
    expect(snapshot).to.include('"closed":[]');
    expect((await seen(new FileStateStore(directory, context).reader('p'))).ids).to.deep.equal([]);
  });

  /** The ids of the dead letters whose content is in a file, once for each file. */
  function storedLetters(directory: string): readonly string[] {
    const letter = /"id":"(\d+)","stream":"trace","key":"\d+","reason":"r"[^}]*"event":/gu;
    const texts = filesOf(directory)
      .filter((name) => /\.jsonl?$/u.test(name))
      .map((name) => readFileSync(file(directory, name), 'utf8'));
    return texts.flatMap((text) => [...text.matchAll(letter)].map(([, id = '']) => id)).toSorted();
  }

  it('leaves no content of closed dead letters once a run ends, and takes none from whoever reads', async () => {
    const directory = join(root, 'closed');
    await commit(directory, ALWAYS, STORED);
    await commit(directory, NEVER, RECENT);
    expect(storedLetters(directory)).to.deep.equal(['1', '2', '3', '4', '5', '6', '7']);
    const store = new FileStateStore(directory, context);
    const before = await seen(store.reader('p'));
    const reading = store.reader('p').deadLetters()[Symbol.asyncIterator]();
    expect(await reading.next()).to.have.nested.property('value.id', '3');
    await commitAndRelease(directory, []);
    expect(await seen(store.reader('p'))).to.deep.equal(before);
    expect(await reading.next()).to.have.nested.property('value.id', '5');
    expect(await reading.next()).to.have.nested.property('value.id', '7');
    await commitAndRelease(directory, []);
    expect(storedLetters(directory)).to.deep.equal(['3', '5', '7']);
    await commitAndRelease(directory, [add(8), close(5, 7), close(8)]);
    await commitAndRelease(directory, [add(9)]);
    expect(storedLetters(directory)).to.deep.equal(['3', '9']);
    expect((await seen(store.reader('p'))).ids).to.deep.equal(['3', '9']);
    await commitAndRelease(directory, [close(3, 9)]);
    await commitAndRelease(directory, []);
    expect(filesOf(directory).filter((name) => name.startsWith('dead-letters'))).to.deep.equal([]);
  });

  it('saves what was committed where the closed dead letters cannot be removed', async () => {
    const directory = join(root, 'full');
    await commit(directory, ALWAYS, STORED);
    const warnings: string[] = [];
    const logger = { warn: (_: object, message: string) => void warnings.push(message) };
    const full: typeof replaceFile = () => Promise.reject(new Error('no space left'));
    const store = new FileStateStore(directory, { ...context, logger }, { ...NEVER, replaceFile: full });
    const writer = await store.acquire('p');
    await writer.commit([close(1)]);
    await writer.release();
    expect(warnings).to.deep.equal(['cannot remove closed dead letters; the next run retries']);
    expect((await seen(store.reader('p'))).ids).to.deep.equal(['3', '4']);
    await commitAndRelease(directory, []);
    await commitAndRelease(directory, []);
    expect(storedLetters(directory)).to.deep.equal(['3', '4']);
  });

  it('keeps the digests of a month in a file of its own, and writes only the months that changed', async () => {
    const directory = join(root, 'months');
    const [january, march] = [Date.UTC(2026, 0, 31, 23) / HOUR_MS, Date.UTC(2026, 2, 1) / HOUR_MS];
    await commit(directory, ALWAYS, [STORED[0] as StateChange, add(january)]);
    const [first] = digestFiles(directory);
    expect(first).to.match(/^digests-2026-01\.\d+\.json$/u);
    await commit(directory, ALWAYS, [add(march), add(march + 1)]);
    expect(digestFiles(directory).filter((name) => name.startsWith('digests-2026-01'))).to.deep.equal([first]);
    const store = new FileStateStore(directory, context);
    expect((await seen(store.reader('p'))).hours).to.deep.equal([january, march, march + 1]);
    const [one] = await store.reader('p').digests('trace', march * HOUR_MS, (march + 1) * HOUR_MS);
    expect(one).to.include({ hour: march * HOUR_MS, deadLettered: 1 });
    // The file of another month is not read.
    writeFileSync(file(directory, first ?? ''), 'damaged');
    expect(await store.reader('p').digests('trace', march * HOUR_MS, Number.POSITIVE_INFINITY)).to.have.length(2);
    const failed = await store
      .reader('p')
      .digests('trace', january * HOUR_MS, march * HOUR_MS)
      .catch(String);
    expect(failed).to.include(first).and.include('put its folder back from a backup');
  });

  it('takes over the digests that the snapshot of an earlier version holds', async () => {
    const directory = join(root, 'former');
    await commit(directory, ALWAYS, [STORED[0] as StateChange, add(1, 2)]);
    const snapshot = file(directory, 'snapshot.json');
    const { digestFiles: names, ...entry } = {
      digestFiles: [] as readonly string[],
      deadLetters: {},
      ...Object(decodeLine(readFileSync(snapshot, 'utf8').trimEnd())?.entry),
    };
    const [name = ''] = names;
    const digests = decodeLine(readFileSync(file(directory, name), 'utf8').trimEnd())?.entry;
    // What an earlier version reads has nothing that it does not know.
    expect(entry.deadLetters).to.have.all.keys('from', 'until', 'closed');
    writeFileSync(snapshot, encodeLine({ ...entry, format: 1, digests }));
    rmSync(file(directory, name));
    for (const options of [NEVER, ALWAYS]) {
      await commit(directory, options, [add(3 + digestFiles(directory).length)]);
      expect((await seen(new FileStateStore(directory, context).reader('p'))).hours).to.include.members([1, 2, 3]);
    }
    expect(digestFiles(directory)).to.have.length(1);
  });

  it('removes dead letters and digests after a rewind to the start', async () => {
    const directory = join(root, 'rewound');
    await commit(directory, ALWAYS, STORED);
    const attribution = { at: 2, by: 'ada@ops-1' };
    for (const options of [NEVER, ALWAYS]) {
      await commit(directory, options, [{ type: 'rewind', to: 'start', streams: ['trace'], attribution }]);
      const { ids, hours, state } = await seen(new FileStateStore(directory, context).reader('p'));
      expect({ ids, hours, open: state.openDeadLetters }).to.deep.equal({ ids: [], hours: [], open: 0 });
    }
    await commit(directory, ALWAYS, [{ type: 'plan', id: 2, purpose: 'first-backfill', window, at: 0 }]);
    await commit(directory, ALWAYS, [{ ...add(50), id: 2 } as StateChange]);
    expect((await seen(new FileStateStore(directory, context).reader('p'))).ids).to.deep.equal(['50']);
  });
});
