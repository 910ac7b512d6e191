import { literal } from '../sql/sql.js';
import type { JsonPath } from './field-reading.js';

/*
 * ClickHouse parses JSON more narrowly than JavaScript and Langfuse: it refuses whole numbers beyond 64 bits, numbers beyond
 * a double and halves of surrogate pairs, which a text that was cut within an emoji has, and it rounds long numbers when it
 * takes a part out. It also accepts a byte order mark. Texts in which any of this may be are changed before it parses them.
 */

/** May be a number that ClickHouse refuses or rounds, or half of a surrogate pair. */
const UNUSUAL = pattern(String.raw`[0-9][0-9.]{15}|(?:^|[:,\[\s])-?[0-9.]+[eE]|\\u[dD][89a-fA-F]`);

const BYTE_ORDER_MARK = String.raw`'\xEF\xBB\xBF'`;

/** What makes a text as valid or invalid as it was, but usual: shorter numbers, and other escapes instead of surrogates. */
const REPLACEMENTS = [
  [String.raw`([0-9]{5})[0-9]{11,}`, String.raw`\1`],
  [String.raw`([0-9][eE][+-]?)[0-9]{3,}`, String.raw`\1000`],
  [String.raw`\\u[dD][89a-fA-F]`, String.raw`\\ue0`],
] as const;

/** Strings, numbers and what is between them. */
const TOKENS = pattern(String.raw`"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+|-`);

/** Pairs of surrogates, other escapes and what is between them. */
const CHARACTERS = pattern(
  String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+`,
);
const HALF = pattern(String.raw`^\\u[dD][89a-fA-F][0-9a-fA-F]{2}$`);

/** Begins a string that represents a number: this is not a character, so no text contains it. */
const MARK = '\uFDD0';

/** A text that is JSON as it is, and any other as a JSON text. */
export function jsonOrText(text: string): string {
  return named('json', `toValidUTF8(${text})`, (json) => `if(${isJson(json)}, ${json}, toJSONString(${json}))`);
}

/** A part of a text that is JSON, as JSON with the digits that its numbers have; null if there is no such part. */
export function partOfJson(text: string, path: JsonPath): string {
  return named(
    'json',
    `toValidUTF8(${text})`,
    (json) => `multiIf(startsWith(${json}, ${BYTE_ORDER_MARK}), NULL,
  NOT match(${json}, ${UNUSUAL}), nullIf(${extracted(json, path)}, ''),
  ${isJson(json)}, nullIf(${exact(extracted(markedNumbers(json), path))}, ''), NULL)`,
  );
}

/** Whether a text is JSON, as `JSON.parse` has it. */
function isJson(text: string): string {
  const usual = REPLACEMENTS.reduce(
    (changed, [from, to]) => `replaceRegexpAll(${changed}, ${pattern(from)}, ${literal(to)})`,
    text,
  );
  return `(isValidJSON(if(match(${text}, ${UNUSUAL}), ${usual}, ${text})) AND NOT startsWith(${text}, ${BYTE_ORDER_MARK}))`;
}

/** Objects by keys, lists by positions: a position in an object is a key, too. ClickHouse would take its nth member. */
function extracted(json: string, path: JsonPath): string {
  if (path.every((step) => typeof step === 'string'))
    return `JSONExtractRaw(${json}, ${path.map((key) => literal(key)).join(', ')})`;
  return path.reduce<string>((value, step) => {
    if (typeof step === 'string') return `JSONExtractRaw(${value}, ${literal(step)})`;
    // ClickHouse counts from 1, and from -1 backwards.
    const position = step < 0 ? step : step + 1;
    return named(
      'list',
      value,
      (list) =>
        `if(JSONType(${list}) = 'Array', JSONExtractRaw(${list}, ${position}), JSONExtractRaw(${list}, ${literal(String(step))}))`,
    );
  }, json);
}

/** JSON with a string for each number, which keeps its digits, and U+FFFD for each half of a surrogate pair. */
function markedNumbers(json: string): string {
  const string = `if(match(token, ${UNUSUAL}), arrayStringConcat(arrayMap(c -> if(match(c, ${HALF}), '\uFFFD', c), extractAll(token, ${CHARACTERS}))), token)`;
  const number = `concat('"', ${literal(MARK)}, token, '"')`;
  return `arrayStringConcat(arrayMap(token -> multiIf(startsWith(token, '"'), ${string}, match(token, '^-?[0-9]'), ${number}, token), extractAll(${json}, ${TOKENS})))`;
}

function exact(marked: string): string {
  return `replaceRegexpAll(${marked}, ${pattern(`"${MARK}(-?[0-9][0-9.eE+-]*)"`)}, ${literal(String.raw`\1`)})`;
}

/** An expression with a name for a value, which is then computed once. */
function named(name: string, value: string, expression: (name: string) => string): string {
  return `arrayMap(${name} -> ${expression(name)}, [${value}])[1]`;
}

function pattern(expression: string): string {
  return literal(`(?s)${expression}`);
}
