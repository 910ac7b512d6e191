import type { Instant, JsonObject } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { StreamSchema } from '@sluice/core/source';
import type { DataFault } from './faults.js';

/** An ordinary record, or one with a fault. */
export type NoteKind = 'plain' | 'double' | 'filtered' | Exclude<DataFault, 'over-the-cap'>;

/** The content of a record at some time. */
interface NoteVersion {
  readonly kind: NoteKind;
  /** Part of the event's identity at the destination; a score takes it from its trace. */
  readonly user: string;
}

/** A record of the simulated source with all of its versions. */
export interface Note {
  readonly stream: NoteStream;
  readonly number: number;
  readonly key: string;
  readonly createdAt: Instant;
  readonly eventTime: Instant;
  updatedAt: Instant;
  /** The last one is current; its number is its index. */
  readonly versions: NoteVersion[];
  /** The oldest version that the destination may end up with: a change after `revisit` need not be followed. */
  leastVersion: number;
  readonly traceKey: string | undefined;
  /** Whether only `verify` is certain to find it. */
  readonly isTooLate: boolean;
  isDeleted: boolean;
}

export type NoteStream = 'trace' | 'score';
export const NOTE_STREAMS: readonly NoteStream[] = ['trace', 'score'];

const text = { type: 'text', nullable: false, personal: false } as const;

export function noteSchema(name: NoteStream): StreamSchema {
  return {
    name,
    doc: 'A short text.',
    key: ['id'],
    fields: {
      id: { ...text, changeable: false, doc: 'The key.' },
      number: { type: 'number', nullable: false, changeable: false, personal: false, doc: 'Names its events.' },
      version: { type: 'number', nullable: false, changeable: true, personal: false, doc: 'How often it changed.' },
      kind: { ...text, changeable: true, doc: 'What it is like.' },
      user: { ...text, changeable: true, doc: 'Who wrote it, or its trace.' },
    },
  };
}

export const NOTE_FIELDS = ['id', 'number', 'version', 'kind', 'user'] as const;

export function valuesOf(note: Note): JsonObject {
  const { kind = 'plain', user = '' } = note.versions.at(-1) ?? {};
  return { id: note.key, number: note.number, version: note.versions.length - 1, kind, user };
}

/** How old a record becomes that is not final, where the mapping holds such records. */
export const MOST_HELD_MS = 30 * 60_000;

/** Whether a version of a record is not final: of some records, the first one. */
export function isOpen({ number, version, kind }: JsonObject): boolean {
  return Number(number) % 4 === 3 && version === 0 && (kind === 'plain' || kind === 'double');
}

/** A trace and a score of the same number share a uuid, as a trace and its score may. */
export function eventsOf(stream: string, values: JsonObject): readonly MappedEvent[] {
  const { id = '', number = 0, version = 0, kind = '', user = '' } = values;
  const uuid = `00000000-0000-8000-a000-${Number(number).toString(16).padStart(12, '0')}`;
  const event = { event: stream, uuid, id, version, kind, user, stream };
  return kind === 'double' ? [event, { ...event, event: `${stream} again` }] : [event];
}
