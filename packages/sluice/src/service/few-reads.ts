import type { StateReader } from '@sluice/core/state';

/** Each read can be a connection, and a service can have hundreds of pipelines. */
const AT_ONCE = 4;

/** Lets few of the states of a service be read at the same time. */
export class FewReads {
  #reading = 0;
  readonly #waiting: (() => void)[] = [];

  of(reader: StateReader): StateReader {
    return {
      read: () => this.#inTurn(() => reader.read()),
      // Asked before a run, of which there are few at a time.
      holder: () => reader.holder(),
      deadLetters: () => reader.deadLetters(),
      digests: (stream, from, until) => reader.digests(stream, from, until),
    };
  }

  async #inTurn<T>(read: () => Promise<T>): Promise<T> {
    while (this.#reading >= AT_ONCE) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    this.#reading += 1;
    try {
      return await read();
    } finally {
      this.#reading -= 1;
      this.#waiting.shift()?.();
    }
  }
}
