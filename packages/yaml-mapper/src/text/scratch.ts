import { TextOutput, type PageText, type WriteValue } from '@sluice/core/text';

/** Where a value is written that is no part of the event by itself. */
export class Scratch {
  readonly output = new TextOutput();

  /** Writes a value to the beginning of the scratch. If that declines, so does the event. */
  write(write: WriteValue, page: PageText, record: number, event: TextOutput): boolean {
    const { output } = this;
    output.length = 0;
    output.begin();
    const isThere = write(page, record, output);
    return output.isDeclined ? event.decline() : isThere;
  }

  /** Whether the value written last consists of these bytes. */
  holds(bytes: Uint8Array, length: number): boolean {
    const { output } = this;
    if (output.length !== length) return false;
    for (let index = 0; index < length; index += 1) if (output.bytes[index] !== bytes[index]) return false;
    return true;
  }
}
