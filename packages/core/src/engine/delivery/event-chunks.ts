const CHUNK_BYTES = 1_048_576;
/** More than are in flight at a time are left to the garbage collector. */
const MOST_FREE = 16;

/** A buffer that holds events. Whoever made it is told when it was left and every event in it has a final outcome. */
export class EventChunk {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly #onFree: (chunk: EventChunk) => void;
  #events = 0;
  #isLeft = false;

  constructor(onFree: (chunk: EventChunk) => void) {
    this.#onFree = onFree;
  }

  enter(): void {
    this.#isLeft = false;
  }

  leave(): void {
    this.#isLeft = true;
    if (this.#events === 0) this.#onFree(this);
  }

  add(): void {
    this.#events += 1;
  }

  /** An event has a final outcome: nobody reads its text any more. */
  remove(): void {
    this.#events -= 1;
    if (this.#events === 0 && this.#isLeft) this.#onFree(this);
  }
}

/**
 * The buffers in which the events of a run are written, used again and again: new ones would make the garbage collector
 * look through everything twice as often.
 */
export class EventChunks {
  readonly #free: EventChunk[] = [];
  #current = this.#newChunk();

  /** In which events are written at present. */
  get current(): EventChunk {
    return this.#current;
  }

  /** Begins another one. */
  next(): Buffer {
    this.#current.leave();
    this.#current = this.#free.pop() ?? this.#newChunk();
    this.#current.enter();
    return this.#current.bytes;
  }

  #newChunk(): EventChunk {
    return new EventChunk((chunk) => {
      if (this.#free.length < MOST_FREE) this.#free.push(chunk);
    });
  }
}
