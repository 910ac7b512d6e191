import { eventId } from '../../contracts/event.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { TextOutput } from '../../contracts/text-output.js';
import type { Instant } from '../../contracts/value.js';
import type { EventChunk } from './event-chunks.js';
import { bytesIdentity } from '../../text/text-identity.js';

const UUID_LENGTH = 36;

/** The name of an event, and its part in the identity of the event's id. */
export interface EventName {
  readonly text: string;
  readonly identity: number;
}

/** An event that was written as text: it is a part of a buffer that holds many. */
export class WrittenEvent implements EncodedEvent {
  readonly #name: EventName;
  readonly #chunk: EventChunk;
  readonly start: number;
  readonly #uuidStart: number;
  readonly bytes: number;
  readonly time: Instant | undefined;
  readonly uuidIdentity: number;
  ticket: unknown = undefined;

  /** The event that an output has just written into a chunk. */
  constructor(
    name: EventName,
    chunk: EventChunk,
    { start, length, uuidStart }: Pick<TextOutput, 'start' | 'length' | 'uuidStart'>,
    time: Instant | undefined,
  ) {
    this.#name = name;
    this.#chunk = chunk;
    chunk.add();
    this.start = start;
    this.#uuidStart = uuidStart;
    this.bytes = length - start;
    this.time = time;
    this.uuidIdentity = bytesIdentity(chunk.bytes, uuidStart, uuidStart + UUID_LENGTH);
  }

  get buffer(): Buffer {
    return this.#chunk.bytes;
  }

  /** The event has a final outcome: its text is not needed any more. */
  release(): void {
    this.#chunk.remove();
  }

  get idIdentity(): number {
    return this.uuidIdentity ^ this.#name.identity;
  }

  get id(): string {
    return eventId({ uuid: this.uuid, event: this.#name.text });
  }

  get uuid(): string {
    return this.buffer.toString('latin1', this.#uuidStart, this.#uuidStart + UUID_LENGTH);
  }

  get text(): string {
    return this.buffer.toString('utf8', this.start, this.start + this.bytes);
  }
}
