import { FileStateStore } from '#src/file-state-store.js';
import { NO_COUNTS, type DeadLetter } from '@sluice/core/state';

/** The crash tests run this as a process: it commits until it is killed, and prints every durable revision. */
const [directory = '', compactAtBytes = '4000'] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const store = new FileStateStore(
  directory,
  { logger: silent, runtime: { now: () => Date.now() } },
  { compactAtBytes: Number(compactAtBytes) },
);
const writer = await store.acquire('crashing');
let { revision, windows } = await writer.read();
if (windows.length === 0) {
  const window = { stream: 'trace', axis: 'event', from: 0, until: 1, revisitMs: 0 } as const;
  ({ revision, windows } = await writer.commit([{ type: 'plan', id: 1, purpose: 'first-backfill', window, at: 0 }]));
}
for (;;) {
  const letter: DeadLetter = {
    id: `1-${revision}`,
    stream: 'trace',
    key: String(revision),
    reason: 'mapping-failed',
    detail: 'x'.repeat(100),
    mapping: 'm',
    attempts: 1,
    at: 0,
  };
  const counts = { ...NO_COUNTS, read: 1, deadLetteredRecords: 1 };
  const cursor = String(revision);
  ({ revision } = await writer.commit([
    { type: 'advance', id: 1, mapping: 'm', cursor, counts, deadLetters: [letter], at: 1 },
  ]));
  process.stdout.write(`${revision}\n`);
}
