import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keySums } from '@sluice/core/source';
import {
  StateError,
  NO_COUNTS,
  HOUR_MS,
  type PipelineState,
  type StateChange,
  type StateReader,
} from '@sluice/core/state';
import { FileStateStore } from '#src/file-state-store.js';
import { aDeadLetter } from './a-dead-letter.js';

const warnings: string[] = [];
const logger = { debug() {}, info() {}, warn: (_: object, message: string) => void warnings.push(message), error() {} };
const context = { logger, runtime: { now: () => Date.UTC(2026, 0, 1) } };

const window = { stream: 'trace', axis: 'event', from: 0, until: 1, revisitMs: 0 } as const;
const PLAN: StateChange = { type: 'plan', id: 1, purpose: 'first-backfill', window, at: 0 };

function advance(number: number): StateChange {
  const counts = { ...NO_COUNTS, read: 1, deadLetteredRecords: 1 };
  const sums = keySums([String(number)]);
  const digests = [{ hour: number * HOUR_MS, delivered: 0, filtered: 0, deadLettered: 1, sums }];
  const deadLetters = [aDeadLetter(`ключ-${number}`)];
  return { type: 'advance', id: 1, mapping: 'm', cursor: String(number), counts, deadLetters, digests, at: 1 };
}

/** Everything that a reader can see. */
interface Seen {
  readonly state: PipelineState;
  readonly ids: readonly string[];
  readonly hours: readonly number[];
}

async function seen(reader: StateReader): Promise<Seen> {
  const ids: string[] = [];
  for await (const { id } of reader.deadLetters()) ids.push(id);
  const digests = await reader.digests('trace', 0, Number.MAX_SAFE_INTEGER);
  return { state: await reader.read(), ids, hours: digests.map(({ hour }) => hour / HOUR_MS) };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => (error instanceof Error ? error : expect.fail(String(error))),
  );
}

describe('a damaged journal', function () {
  this.timeout(60_000);
  let directory: string;
  let journal: string;
  /** What a reader saw after each of three commits. */
  let after: readonly Seen[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-journal-'));
    journal = join(directory, 'p', 'journal.jsonl');
    warnings.length = 0;
    const writer = await new FileStateStore(directory, context).acquire('p');
    const states: Seen[] = [];
    for (const change of [PLAN, advance(1), advance(2)]) {
      await writer.commit([change]);
      states.push(await seen(writer));
    }
    await writer.release();
    after = states;
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('loses only its last line when any byte of it is missing, with a warning, and continues', async () => {
    const whole = readFileSync(journal);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let bytes = lastLine; bytes < whole.length; bytes++) {
      writeFileSync(journal, whole.subarray(0, bytes));
      expect(await seen(new FileStateStore(directory, context).reader('p'))).to.deep.equal(after[1]);
    }
    for (const bytes of [lastLine + 1, Math.floor((lastLine + whole.length) / 2), whole.length - 1]) {
      writeFileSync(journal, whole.subarray(0, bytes));
      warnings.length = 0;
      const writer = await new FileStateStore(directory, context).acquire('p');
      expect(warnings).to.have.length(1);
      expect(statSync(journal).size).to.equal(lastLine);
      await writer.commit([advance(2)]);
      await writer.release();
      expect(readFileSync(journal)).to.deep.equal(whole);
    }
  });

  it('stops at a damaged line before the last, and continues when the line is cut', async () => {
    const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
    const damages: readonly (readonly [string, (line: string) => string])[] = [
      ['a digit of a number', (line) => line.replace('"revision":2', '"revision":3')],
      ['a letter of the checksum', (line) => line.replace(/"checksum":"./, '"checksum":"x')],
      ['the end of the line', (line) => line.slice(0, -10)],
      ['all of it', () => ''],
      ['zeros, as file systems leave them', (line) => '\0'.repeat(line.length)],
    ];
    for (const [what, damage] of damages) {
      writeFileSync(journal, `${[lines[0], damage(lines[1] ?? ''), lines[2]].join('\n')}\n`);
      const store = new FileStateStore(directory, context);
      for (const error of [await failureOf(store.acquire('p')), await failureOf(store.reader('p').read())]) {
        expect(error, what).to.be.instanceOf(StateError);
        expect(error.message, what).to.include(`${journal}:2 `).and.to.include('delete line 2 and all after it');
      }
      truncateSync(journal, Buffer.byteLength(`${lines[0]}\n`));
      expect(await seen(store.reader('p')), what).to.deep.equal(after[0]);
      await (await store.acquire('p')).release();
    }
  });

  it('stops at a repeated line and at a missing one', async () => {
    const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
    const store = new FileStateStore(directory, context);
    writeFileSync(journal, `${[lines[0], lines[2]].join('\n')}\n`);
    expect((await failureOf(store.acquire('p'))).message).to.include(`${journal}:2 does not follow the line before it`);
    // After a crash, lines that the snapshot covers can still be there; they are ignored.
    writeFileSync(journal, `${[lines[0], lines[1], lines[1], lines[2]].join('\n')}\n`);
    expect(await seen(store.reader('p'))).to.deep.equal(after[2]);
  });

  it('stops at foreign content at its beginning, which is not a torn line when more follows', async () => {
    writeFileSync(journal, 'not a line\n');
    appendFileSync(journal, 'nor this');
    const error = await failureOf(new FileStateStore(directory, context).acquire('p'));
    expect(error.message).to.include(`${journal}:1 is damaged`);
  });
});
