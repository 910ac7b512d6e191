import { FixedBytes, NULL_VALUE, type TextOutput, type WriteValue } from '@sluice/core/text';
import { FALSE_WORD, isPlainString, isWord, NULL_WORD, TRUE_WORD } from './json-text.js';
import { writeList } from './list-text.js';
import { writeNumber } from './number-text.js';
import type { TestValue } from './test-value.js';
import type { TextForm } from './text-form.js';
import { writeTimestamp } from './timestamp-text.js';

/** Appends a value, given its text. False if it is null; undefined if the text does not tell. */
type WriteText = (from: Uint8Array, start: number, end: number, output: TextOutput) => boolean | undefined;

const [TRUE, FALSE] = [0x74, 0x66];
const [TRUE_BYTES, FALSE_BYTES] = [new FixedBytes(TRUE_WORD), new FixedBytes(FALSE_WORD)];

/** The value of a column. `otherwise` writes what its text does not tell. */
function ofColumn(column: number, write: WriteText, otherwise: WriteValue): WriteValue {
  return (page, record, output) => {
    const at = record * page.columns + column;
    const start = page.starts[at] ?? NULL_VALUE;
    if (start === NULL_VALUE) return false;
    return write(page.bytes, start, page.ends[at] ?? 0, output) ?? otherwise(page, record, output);
  };
}

/** A field of type `text`, without quotes. */
export function textField(column: number, { copy, keepsPlain }: TextForm): WriteValue {
  return (page, record, output) => {
    const at = record * page.columns + column;
    const start = page.starts[at] ?? NULL_VALUE;
    if (start === NULL_VALUE) return false;
    const end = page.ends[at] ?? 0;
    if (keepsPlain && (page.isPlain?.[at] ?? 0) !== 0) output.copy(page.bytes, start, end);
    else copy(page.bytes, start, end, output);
    return true;
  };
}

/** A field of type `number`. `textOf` is how the unusual ones are written. */
export function numberField(column: number, textOf: (value: number) => string): WriteValue {
  const write: WriteText = (from, start, end, output) => {
    writeNumber(from, start, end, output, textOf);
    return true;
  };
  return ofColumn(column, write, decline);
}

export function booleanField(column: number): WriteValue {
  const write: WriteText = (from, start, end, output) => {
    const isTrue = from[start] === TRUE;
    if (end - start !== 1 || (!isTrue && from[start] !== FALSE)) return undefined;
    output.append(isTrue ? TRUE_BYTES : FALSE_BYTES);
    return true;
  };
  return ofColumn(column, write, decline);
}

/** The condition that a field of type `boolean` is true. */
export function booleanTest(column: number): TestValue {
  return (page, record, output) => {
    const at = record * page.columns + column;
    const start = page.starts[at] ?? NULL_VALUE;
    if (start === NULL_VALUE) return false;
    const byte = page.bytes[start];
    return (page.ends[at] ?? 0) - start === 1 && (byte === TRUE || byte === FALSE) ? byte === TRUE : output.decline();
  };
}

export function timestampField(column: number, otherwise: WriteValue): WriteValue {
  return ofColumn(column, writeTimestamp, otherwise);
}

export function listField(column: number, otherwise: WriteValue): WriteValue {
  return ofColumn(column, (from, start, end, output) => writeList(from, start, end, output) || undefined, otherwise);
}

/** A field of type `json`, whatever it holds. */
export function jsonField(column: number, otherwise: WriteValue): WriteValue {
  const write: WriteText = (from, start, end, output) => {
    if (isWord(from, start, end, NULL_WORD)) return false;
    if (!isPlainString(from, start, end) && !isFlag(from, start, end)) return undefined;
    output.copy(from, start, end);
    return true;
  };
  return ofColumn(column, write, otherwise);
}

/** A field of type `json`, if it holds a text; without quotes. */
export function jsonTextField(column: number, { copy }: TextForm, otherwise: WriteValue): WriteValue {
  const write: WriteText = (from, start, end, output) => {
    if (!isPlainString(from, start, end))
      return isWord(from, start, end, NULL_WORD) || isFlag(from, start, end) ? false : undefined;
    copy(from, start + 1, end - 1, output);
    return true;
  };
  return ofColumn(column, write, otherwise);
}

/** A field of type `json`, if it holds a boolean. */
export function jsonBooleanField(column: number, otherwise: WriteValue): WriteValue {
  const write: WriteText = (from, start, end, output) => {
    if (!isFlag(from, start, end))
      return isWord(from, start, end, NULL_WORD) || isPlainString(from, start, end) ? false : undefined;
    output.copy(from, start, end);
    return true;
  };
  return ofColumn(column, write, otherwise);
}

const decline: WriteValue = (_page, _record, output) => output.decline();

function isFlag(from: Uint8Array, start: number, end: number): boolean {
  return isWord(from, start, end, TRUE_WORD) || isWord(from, start, end, FALSE_WORD);
}
