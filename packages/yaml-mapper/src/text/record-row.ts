import type { Row } from '@sluice/core/source';
import type { PageText } from '@sluice/core/text';

/** The values of the record that was read last: several parts of an event may need them. */
export class RecordRow {
  #page: PageText | undefined;
  #record = 0;
  #row: Row | undefined;

  of(page: PageText, record: number): Row | undefined {
    if (page !== this.#page || record !== this.#record) {
      this.#row = page.row(record);
      this.#page = page;
      this.#record = record;
    }
    return this.#row;
  }
}
