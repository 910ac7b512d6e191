import { MOST_HELD, type HeldRecord } from '../../contracts/held-record.js';

/** The held records of a pipeline, as they are when everything is committed that has a final outcome. */
export class HeldRecords {
  readonly #streams = new Map<string, Map<string, HeldRecord>>();
  #size = 0;
  /** How many records of this run could not be held, because too many are. */
  declined = 0;

  constructor(held: readonly HeldRecord[]) {
    this.restore(held);
  }

  /** Forgets what was not committed. */
  restore(held: readonly HeldRecord[]): void {
    this.#streams.clear();
    this.#size = 0;
    for (const record of held) this.hold(record);
  }

  /** The held records of a stream as another worker has left them. */
  reload(stream: string, held: readonly HeldRecord[]): void {
    this.#size -= this.#streams.get(stream)?.size ?? 0;
    this.#streams.delete(stream);
    for (const record of held) if (record.stream === stream) this.hold(record);
  }

  /** Whether no more can be held. */
  get isFull(): boolean {
    return this.#size >= MOST_HELD;
  }

  find(stream: string, key: string): HeldRecord | undefined {
    return this.#streams.get(stream)?.get(key);
  }

  /** Whether none of the stream is held. */
  isEmpty(stream: string): boolean {
    return (this.#streams.get(stream)?.size ?? 0) === 0;
  }

  hold(record: HeldRecord): void {
    const known = this.#streams.get(record.stream) ?? new Map<string, HeldRecord>();
    this.#streams.set(record.stream, known);
    if (!known.has(record.key)) this.#size += 1;
    known.set(record.key, record);
  }

  release(stream: string, key: string): void {
    if (this.#streams.get(stream)?.delete(key) === true) this.#size -= 1;
  }

  of(stream: string): readonly HeldRecord[] {
    return [...(this.#streams.get(stream)?.values() ?? [])];
  }
}
