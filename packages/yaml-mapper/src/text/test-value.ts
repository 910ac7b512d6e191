import { FixedBytes, type PageText, type TextOutput, type WriteValue } from '@sluice/core/text';

/** Whether a condition is true for a record. It may decline the event, and appends nothing. */
export type TestValue = (page: PageText, record: number, output: TextOutput) => boolean;

/** The value of one of two writers. */
export function choose(test: TestValue, chosen: WriteValue, otherwise: WriteValue): WriteValue {
  return (page, record, output) =>
    test(page, record, output) ? chosen(page, record, output) : otherwise(page, record, output);
}

/** The value of the first writer that has one. */
export function either(first: WriteValue, second: WriteValue): WriteValue {
  return (page, record, output) => first(page, record, output) || (!output.isDeclined && second(page, record, output));
}

export const writeNull: WriteValue = () => false;

/** A value that is the same for every record. */
export function always(text: string | Uint8Array): WriteValue {
  const bytes = new FixedBytes(text);
  return (_page, _record, output) => {
    output.append(bytes);
    return true;
  };
}
