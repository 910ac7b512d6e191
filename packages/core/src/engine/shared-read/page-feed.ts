import type { ReadRequest, RecordPage, Source } from '../../contracts/source.js';

/** A branch of a pipeline, as its reads are told apart. */
export type Reader = object;

/** What a reader finds where it stands: a page, how the read ended, or nothing yet. */
export type Taken =
  | { readonly kind: 'page'; readonly page: RecordPage }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'nothing' };

interface Place {
  /** The number of its next page. */
  readonly next: number;
  /** False while a place is only kept for it. */
  readonly isReading: boolean;
}

/** One read of a source, for several readers. Keeps each page until all of them have taken it. */
export class PageFeed {
  readonly request: ReadRequest;
  readonly #abort = new AbortController();
  readonly #iterator: AsyncIterator<RecordPage>;
  readonly #places = new Map<Reader, Place>();
  readonly #pages: RecordPage[] = [];
  /** How many pages are no longer kept, and the last of them. */
  #dropped = 0;
  #before: RecordPage | undefined;
  #ending: Exclude<Taken, { kind: 'page' | 'nothing' }> | undefined;
  #pulling: Promise<void> | undefined;

  constructor(source: Pick<Source, 'read'>, request: ReadRequest) {
    this.request = request;
    this.#iterator = source.read(request, { signal: this.#abort.signal })[Symbol.asyncIterator]();
  }

  get readers(): readonly Reader[] {
    return [...this.#places.keys()];
  }

  /** Whether a place is kept for a reader that has not come yet. */
  isReserved(reader: Reader): boolean {
    return this.#places.get(reader)?.isReading === false;
  }

  /** Whether the read failed, and every page before that was taken. */
  get isSpent(): boolean {
    return this.#ending?.kind === 'failed' && this.#pages.length === 0;
  }

  has(reader: Reader): boolean {
    return this.#places.has(reader);
  }

  /** Keeps every page from the first on for a reader that is expected. */
  reserve(reader: Reader): void {
    this.#places.set(reader, { next: 0, isReading: false });
  }

  /** Lets a reader begin after a cursor. Returns whether what follows it is still kept. */
  join(reader: Reader, after: string | undefined): boolean {
    const next = this.#pageAfter(after);
    if (next === undefined) return false;
    this.#places.set(reader, { next, isReading: true });
    this.#drop();
    return true;
  }

  /** How many pages are kept for a reader; a place that is only kept counts as a page at least. */
  kept(reader: Reader): number {
    const place = this.#places.get(reader);
    if (place === undefined) return 0;
    const pages = this.#end - place.next;
    return place.isReading ? pages : Math.max(1, pages);
  }

  take(reader: Reader): Taken {
    const { next = this.#end } = this.#places.get(reader) ?? {};
    const page = this.#pages[next - this.#dropped];
    if (page === undefined) return this.#ending ?? { kind: 'nothing' };
    this.#places.set(reader, { next: next + 1, isReading: true });
    this.#drop();
    return { kind: 'page', page };
  }

  /**
   * Reads one more page for a reader that has taken all, and for whoever waits with it. Never rejects: readers take the
   * error. An iterator that has failed would say that it has ended.
   */
  async pull(reader: Reader): Promise<void> {
    const { next = 0 } = this.#places.get(reader) ?? {};
    if (this.#ending !== undefined || next < this.#end) return;
    this.#pulling ??= this.#pullPage();
    await this.#pulling;
  }

  /** Gives up the place of a reader. The last one ends the read. */
  async leave(reader: Reader): Promise<void> {
    if (!this.#places.delete(reader)) return;
    this.#drop();
    if (this.#places.size > 0 || this.#ending !== undefined) return;
    this.#abort.abort(new Error('nobody reads on'));
    await this.#iterator.return?.().then(
      () => undefined,
      () => undefined,
    );
  }

  get #end(): number {
    return this.#dropped + this.#pages.length;
  }

  async #pullPage(): Promise<void> {
    try {
      const { done, value } = await this.#iterator.next();
      if (done === true) this.#ending = { kind: 'end' };
      else this.#pages.push(value);
    } catch (error) {
      this.#ending = { kind: 'failed', error };
    }
    this.#pulling = undefined;
  }

  #drop(): void {
    const first = Math.min(this.#end, ...[...this.#places.values()].map(({ next }) => next));
    for (; this.#dropped < first; this.#dropped += 1) this.#before = this.#pages.shift();
  }

  /** The number of the page after a cursor, if it is kept or will be read. */
  #pageAfter(after: string | undefined): number | undefined {
    const hasFailed = this.#ending?.kind === 'failed';
    const last = hasFailed ? this.#end - 1 : this.#end;
    for (let number = this.#dropped; number <= last; number += 1) {
      if (this.#cursorBefore(number) === after) return number;
    }
    return undefined;
  }

  #cursorBefore(number: number): string | undefined {
    if (number === 0) return this.request.after;
    const page = number === this.#dropped ? this.#before : this.#pages[number - this.#dropped - 1];
    return page?.cursors.at(-1);
  }
}
