import type { Instant } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { keySums, type Source } from '@sluice/core/source';
import { HOUR_MS, hourOf, NO_COUNTS, type Binding, type DeadLetter, type StateReader } from '@sluice/core/state';
import { isDeepStrictEqual } from 'node:util';
import { identityOf, type Destination } from './destination.js';
import { eventsOf, NOTE_STREAMS, valuesOf, type Note } from './notes.js';
import type { Oracle } from './oracle.js';

export interface EndParts {
  readonly reader: StateReader;
  readonly database: Source;
  readonly notes: readonly Note[];
  readonly destination: Destination;
  readonly oracle: Oracle;
  readonly streams: readonly string[];
  readonly nowMs: Instant;
}

/** How far the healed pipeline has come. */
export type Stage = 'the last run' | 'the repair' | 'the replay';

/**
 * For every record in the source, the destination must have the latest version of each event, or there is a dead letter of
 * that version that is open or that somebody discarded; after the replay, only for a record that can never be delivered.
 * Records that were written too late to be followed must be there after the repair.
 */
export async function checkDelivered(
  { reader, notes, destination, oracle }: EndParts,
  { after }: { readonly after: Stage },
): Promise<void> {
  const { binding } = await reader.read();
  if (binding === undefined) return oracle.fail('the pipeline is done but its state has no binding');
  const letters = new Map<string, DeadLetter[]>();
  for await (const letter of reader.deadLetters()) {
    letters.set(nameOf(letter), [...(letters.get(nameOf(letter)) ?? []), letter]);
  }
  for (const note of notes) {
    if (note.isDeleted || !isExported(note, binding)) continue;
    if (note.isTooLate && after === 'the last run') continue;
    const values = valuesOf(note);
    const isOfNow = ({ record }: DeadLetter) => Number(record?.['version']) >= note.leastVersion;
    if (oracle.letters.discardedOf(note).some(isOfNow)) continue;
    const isExplained = (letters.get(nameOf(note)) ?? []).some(isOfNow);
    const isDeliverable = DELIVERABLE.includes(String(values['kind']));
    if (isExplained && (after !== 'the replay' || !isDeliverable)) continue;
    if (values['kind'] === 'filtered') continue;
    const when = `after ${after}`;
    if (!isDeliverable) oracle.fail(`${when}: ${note.key} is neither delivered nor a dead letter`);
    else for (const event of eventsOf(note.stream, values)) checkEvent(event, note, when, destination, oracle);
  }
  return undefined;
}

function checkEvent(
  event: MappedEvent,
  { leastVersion }: Note,
  when: string,
  { held }: Destination,
  oracle: Oracle,
): void {
  const found = held.get(identityOf(event));
  if (found === undefined) oracle.fail(`${when}: ${String(event['id'])} is missing: ${JSON.stringify(event)}`);
  else if (Number(found['version']) < leastVersion) {
    oracle.fail(`${when}: the destination has ${JSON.stringify(found)} instead of ${JSON.stringify(event)}`);
  }
}

const DELIVERABLE: readonly string[] = ['plain', 'double'];

/** The ledger's totals must be those of the commits, its digests those of the records, and no work may be left. */
export async function checkLedger({ reader, database, notes, oracle }: EndParts): Promise<void> {
  const { windows, totals, held, openDeadLetters, binding } = await reader.read();
  if (held.length > 0) oracle.fail(`the pipeline is done, but ${held[0]?.key} is held`);
  if (binding === undefined) return;
  const letters: DeadLetter[] = [];
  for await (const letter of reader.deadLetters()) letters.push(letter);
  if (letters.length !== openDeadLetters || !isDeepStrictEqual(letters, oracle.letters.open)) {
    oracle.fail(`${openDeadLetters} dead letters are counted, ${letters.length} are there, not those of the commits`);
  }
  const open = windows.filter(({ status }) => status === 'open');
  if (open.length > 0) oracle.fail(`the pipeline is done, but window ${open[0]?.id} (${open[0]?.purpose}) is open`);
  for (const stream of NOTE_STREAMS) {
    if (!isDeepStrictEqual(totals[stream] ?? NO_COUNTS, oracle.totals(stream))) {
      oracle.fail(`the totals of ${stream} differ from the sum of its commits`);
    }
    await checkDigests(stream, { binding, database, notes, oracle });
  }
}

/** The digests are those of the records that the commits passed. A repair would mend them, so this comes before it. */
export async function checkDigestsKept({ reader, oracle, streams }: EndParts): Promise<void> {
  for (const stream of streams) {
    // Of the same moment: another worker may commit meanwhile.
    const expected = oracle.digests(stream);
    const digests = await reader.digests(stream, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    // An hour that was repaired after all of its records were deleted may be listed without records.
    const ofRecords = digests.filter(
      ({ delivered, filtered, deadLettered }) => delivered + filtered + deadLettered > 0,
    );
    if (isDeepStrictEqual(ofRecords, expected)) continue;
    oracle.fail(`the digests of ${stream} differ from those of its records`);
  }
}

/** Source and ledger may differ only in hours with deleted records. */
async function checkDigests(
  stream: string,
  { binding, database, notes, oracle }: Pick<EndParts, 'database' | 'notes' | 'oracle'> & { readonly binding: Binding },
): Promise<void> {
  const { handover, eventFrom } = binding;
  const from = hourOf(Math.min(...notes.map(({ createdAt }) => createdAt)));
  const until = hourOf(Math.max(...notes.map(({ createdAt }) => createdAt))) + HOUR_MS;
  const asked = { stream, from, until, handover, ...(eventFrom === undefined ? {} : { eventFrom }) };
  for (const { hour, records, sums } of (await database.digest?.(asked)) ?? []) {
    const keys = new Set(oracle.digestedKeys(stream, hour));
    for (const { key, isDeleted } of notes) if (isDeleted) keys.delete(key);
    if (records !== keys.size || !isDeepStrictEqual(sums, keySums(keys))) {
      oracle.fail(
        `the hour ${new Date(hour).toISOString()} of ${stream} has ${records} records in the source and ${keys.size} in the ledger`,
      );
    }
  }
}

/** Whether a record is after the pipeline's start. */
function isExported({ createdAt, eventTime }: Note, { handover, eventFrom }: Binding): boolean {
  return createdAt >= handover || eventFrom === undefined || eventTime >= eventFrom;
}

function nameOf({ stream, key }: { readonly stream: string; readonly key: string }): string {
  return `${stream} ${key}`;
}
