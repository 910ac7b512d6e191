import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { StateError, NO_COUNTS, EMPTY_STATE } from '@sluice/core/state';
import { encodeLine } from '#src/checksummed-line.js';
import { DirectoryLock } from '#src/directory-lock.js';
import { FileStateStore } from '#src/file-state-store.js';
import { aDeadLetter } from './a-dead-letter.js';

const warnings: string[] = [];
const logger = { debug() {}, info() {}, warn: (_: object, message: string) => void warnings.push(message), error() {} };
const context = { logger, runtime: { now: () => Date.UTC(2026, 0, 1) } };
const script = fileURLToPath(new URL('committing-process.js', import.meta.url));

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => (error instanceof Error ? error : expect.fail(String(error))),
  );
}

describe('the file state store', () => {
  let directory: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-state-'));
    warnings.length = 0;
  });

  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  async function commits(count: number): Promise<number> {
    const spawned = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = spawned;
    let output = '';
    for await (const chunk of spawned.stdout) {
      output += String(chunk);
      if (output.split('\n').length > count) break;
    }
    return Number(output.trimEnd().split('\n').at(-1));
  }

  async function killChild(): Promise<void> {
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  it('creates nothing when it only reads', async () => {
    const store = new FileStateStore(join(directory, 'state'), context);
    expect(await store.reader('p').read()).to.deep.equal(EMPTY_STATE);
    expect(existsSync(join(directory, 'state'))).to.equal(false);
  });

  it('keeps every acknowledged commit and its dead letters when the process is killed during a commit', async () => {
    for (let round = 0; round < 5; round++) {
      const durable = await commits(40);
      await killChild();
      const writer = await new FileStateStore(directory, context).acquire('crashing');
      const state = await writer.read();
      expect(state.revision).to.be.at.least(durable);
      const ids: string[] = [];
      for await (const letter of writer.deadLetters()) ids.push(letter.id);
      expect(ids).to.deep.equal(Array.from({ length: state.revision - 1 }, (_, index) => `1-${index + 1}`));
      expect(state.openDeadLetters).to.equal(ids.length);
      await writer.release();
    }
  });

  it('refuses a second writer while the first is frozen, and names the first', async () => {
    await commits(1);
    child?.kill('SIGSTOP');
    const error = await failureOf(new FileStateStore(directory, context).acquire('crashing'));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.match(new RegExp(`process ${child?.pid} on .+ since \\d{4}-`, 'u'));
  });

  it('grants the lease to exactly one of many contenders after its holder was killed', async () => {
    await commits(1);
    await killChild();
    const stores = Array.from({ length: 8 }, () => new FileStateStore(directory, context));
    const results = await Promise.allSettled(stores.map((store) => store.acquire('crashing')));
    const held = results.filter((result) => result.status === 'fulfilled');
    expect(held).to.have.length(1);
    await held[0]?.value.release();
  });

  it('works below a path that is too long for the address of a socket', async () => {
    const store = new FileStateStore(join(directory, 'd'.repeat(150)), context);
    const writer = await store.acquire('p');
    expect((await failureOf(store.acquire('p'))).message).to.include(`process ${process.pid} `);
    await writer.release();
  });

  it('drops a torn last line with a warning, and continues', async () => {
    const store = new FileStateStore(directory, context);
    const first = await store.acquire('p');
    await first.commit([{ type: 'backfilled', stream: 'a' }]);
    await first.release();
    appendFileSync(join(directory, 'p', 'journal.jsonl'), '{"checksum":"0123');
    expect((await store.reader('p').read()).revision).to.equal(1);
    const second = await store.acquire('p');
    expect(warnings).to.have.length(1);
    await second.commit([{ type: 'backfilled', stream: 'b' }]);
    await second.release();
    expect((await store.reader('p').read()).backfilled).to.deep.equal(['a', 'b']);
  });

  it('stops at any other damaged line, and says where it is and what to do', async () => {
    const store = new FileStateStore(directory, context);
    const writer = await store.acquire('p');
    for (const stream of ['a', 'b', 'c']) await writer.commit([{ type: 'backfilled', stream }]);
    await writer.release();
    const journal = join(directory, 'p', 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"b"', '"x"'));
    const error = await failureOf(store.reader('p').read());
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include(`${journal}:2 is damaged`).and.to.include('delete line 2');
  });

  it('says that the disk is full, and refuses further commits', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const openFile = async () => ({
      appendFile: async () => Promise.reject(full),
      datasync: async () => {},
      truncate: async () => {},
      close: async () => {},
    });
    const writer = await new FileStateStore(directory, context, { openFile }).acquire('p');
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await failureOf(writer.commit([{ type: 'backfilled', stream: 'a' }]));
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.include('the disk is full');
    }
    await writer.release();
  });

  it('releases its lock when the journal cannot be closed, and says why', async () => {
    const broken = Object.assign(new Error('EIO: i/o error, close'), { code: 'EIO' });
    const openFile = async () => ({
      appendFile: async () => {},
      datasync: async () => {},
      truncate: async () => {},
      close: async () => Promise.reject(broken),
    });
    const writer = await new FileStateStore(directory, context, { openFile }).acquire('p');
    const error = await failureOf(writer.release());
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include('check the disk');
    await (await new FileStateStore(directory, context).acquire('p')).release();
  });

  it('refuses a commit when its lock was removed', async () => {
    const writer = await new FileStateStore(directory, context).acquire('p');
    rmSync(join(directory, 'p'), { recursive: true });
    const error = await failureOf(writer.commit([{ type: 'backfilled', stream: 'a' }]));
    expect(error.message).to.include('is lost');
    await writer.release();
  });

  it('refuses a commit that was planned for an older revision', async () => {
    const writer = await new FileStateStore(directory, context).acquire('p');
    await writer.commit([{ type: 'backfilled', stream: 'a' }], { expectedRevision: 0 });
    const error = await failureOf(writer.commit([{ type: 'backfilled', stream: 'b' }], { expectedRevision: 0 }));
    expect(error).to.be.instanceOf(StateError);
    await writer.release();
  });

  it('says that a newer version wrote the journal or the snapshot, and does not call them damaged', async () => {
    const store = new FileStateStore(directory, context);
    const writer = await store.acquire('p');
    await writer.commit([{ type: 'backfilled', stream: 'a' }]);
    await writer.release();
    const journal = join(directory, 'p', 'journal.jsonl');
    appendFileSync(journal, encodeLine({ revision: 2, changes: [{ type: 'finish', id: 1, at: 0, reason: 'new' }] }));
    const error = await failureOf(store.reader('p').read());
    expect(error.message).to.include(`${journal}:2 is intact`).and.to.include('the version that wrote it');
    const snapshot = join(directory, 'p', 'snapshot.json');
    writeFileSync(snapshot, encodeLine({ format: 3 }));
    const newer = await failureOf(store.reader('p').read());
    expect(newer.message).to.equal(
      `${snapshot}:1 is intact, but a newer version wrote it; use the version that wrote it, or a newer one`,
    );
  });

  it('refuses a commit that could be written but not read again, and accepts the next one', async () => {
    const writer = await new FileStateStore(directory, context).acquire('p');
    const pause = { cause: 'quota', message: 'used up', since: Number.NaN } as const;
    const error = await failureOf(writer.commit([{ type: 'pause', pause }]));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include('changes.0.pause.since');
    expect((await writer.commit([{ type: 'resume' }])).revision).to.equal(1);
    await writer.release();
  });

  it('returns the dead letters that were open when reading began, while more are committed and compacted', async () => {
    const writer = await new FileStateStore(directory, context, { compactAtBytes: 3000 }).acquire('p');
    const window = { stream: 'trace', axis: 'event', from: 0, until: 1, revisitMs: 0 } as const;
    await writer.commit([{ type: 'plan', id: 1, purpose: 'first-backfill', window, at: 0 }]);
    const add = async (id: string) => {
      const counts = { ...NO_COUNTS, read: 1, deadLetteredRecords: 1 };
      await writer.commit([{ type: 'advance', id: 1, mapping: 'm', counts, deadLetters: [aDeadLetter(id)], at: 1 }]);
    };
    const committed: string[] = [];
    for (let number = 1; number <= 20; number++) {
      const ids: string[] = [];
      const letters = writer.deadLetters();
      for await (const { id } of letters) {
        if (ids.length === 0) await add(`late-${number}`);
        ids.push(id);
      }
      expect(ids).to.deep.equal(committed);
      if (committed.length > 0) committed.push(`late-${number}`);
      await add(String(number));
      committed.push(String(number));
    }
    await writer.release();
  });
});

describe('the lock of the file state store', () => {
  const directory = join(tmpdir(), `sluice-lock-${process.pid}`);

  beforeEach(() => mkdirSync(directory));
  afterEach(() => rmSync(directory, { recursive: true }));

  for (const code of ['ENOTSUP', 'EPERM']) {
    it(`says what to do when the file system has no sockets (${code})`, async () => {
      const cause = Object.assign(new Error(`listen ${code}`), { code });
      const error = await failureOf(DirectoryLock.take(directory, 0, async () => Promise.reject(cause)));
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.include(directory).and.to.include(code).and.to.include('a folder on a local disk');
      expect(error.cause).to.equal(cause);
    });
  }

  it('passes on any other error of the file system', async () => {
    const cause = Object.assign(new Error('listen EMFILE'), { code: 'EMFILE' });
    expect(await failureOf(DirectoryLock.take(directory, 0, async () => Promise.reject(cause)))).to.equal(cause);
  });

  it('is released where its files cannot be removed', async () => {
    const lock = await DirectoryLock.take(directory, 0);
    rmSync(join(directory, 'holder.json'));
    mkdirSync(join(directory, 'holder.json'));
    await lock.release();
    expect(await DirectoryLock.holder(directory)).to.equal(undefined);
    rmSync(join(directory, 'holder.json'), { recursive: true });
    await (await DirectoryLock.take(directory, 0)).release();
  });

  it('leaves no lock behind when taking it fails', async () => {
    mkdirSync(join(directory, 'holder.json'));
    expect((await failureOf(DirectoryLock.take(directory, 0))).message).to.include('EISDIR');
    rmSync(join(directory, 'holder.json'), { recursive: true });
    await (await DirectoryLock.take(directory, 0)).release();
  });

  it('names no holder when the file about it is not readable', async () => {
    const lock = await DirectoryLock.take(directory, 0);
    for (const text of ['', 'null', '{"pid":"x"}']) {
      writeFileSync(join(directory, 'holder.json'), text);
      expect((await failureOf(DirectoryLock.take(directory, 0))).message).to.include('in use by another process');
    }
    await lock.release();
  });
});
