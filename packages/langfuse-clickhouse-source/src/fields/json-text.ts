import { literal } from '../sql/sql.js';
import type { JsonPath } from './field-reading.js';
import { jsonOrText, partOfJson } from './json-sql.js';

/** A column of text that holds a JSON value, or any other text, which is then a JSON text; null if it is empty. */
export function jsonOf(column: string, path: JsonPath): string {
  const text = `ifNull(${column}, '')`;
  if (path.length > 0) return partOfJson(text, path);
  return `if(${text} = '', NULL, ${jsonOrText(text)})`;
}

/**
 * A map of texts as a JSON object. Langfuse stores a value that is no text as JSON, and reads every text that is JSON as
 * what it says (`parseJsonPrioritised`); so does this.
 */
export function jsonOfMap(map: string, path: JsonPath): string {
  const [first, ...rest] = path;
  if (first !== undefined) {
    const key = literal(String(first));
    const value = rest.length === 0 ? jsonOrText(`${map}[${key}]`) : jsonOf(`${map}[${key}]`, rest);
    return `if(mapContains(${map}, ${key}), ${value}, NULL)`;
  }
  return `concat('{', arrayStringConcat(arrayMap((k, v) -> concat(toJSONString(k), ':', ${jsonOrText('v')}), mapKeys(${map}), mapValues(${map})), ','), '}')`;
}

/** A map of numbers as a JSON object; null if it is empty. */
export function jsonOfNumbers(map: string, path: JsonPath): string {
  const [first, ...rest] = path;
  if (rest.length > 0) return 'NULL';
  if (first !== undefined) {
    const key = literal(String(first));
    return `if(mapContains(${map}, ${key}), toString(${map}[${key}]), NULL)`;
  }
  return `if(empty(mapKeys(${map})), NULL, concat('{', arrayStringConcat(arrayMap((k, v) -> concat(toJSONString(k), ':', toString(v)), mapKeys(${map}), mapValues(${map})), ','), '}'))`;
}

/** Two lists, names and values, as a JSON object. Of equal names the last counts. */
export function jsonOfPairs(names: string, values: string, path: JsonPath): string {
  const [first, ...rest] = path;
  if (first !== undefined) {
    const key = literal(String(first));
    const found = `arrayReverse(${values})[indexOf(arrayReverse(${names}), ${key})]`;
    const value = rest.length === 0 ? jsonOrText(found) : jsonOf(found, rest);
    return `if(has(${names}, ${key}), ${value}, NULL)`;
  }
  const members = `arrayMap((k, v, i) -> if(indexOf(arrayReverse(${names}), k) = length(${names}) - i + 1, concat(toJSONString(k), ':', ${jsonOrText('v')}), ''), ${names}, ${values}, arrayEnumerate(${names}))`;
  return `concat('{', arrayStringConcat(arrayFilter(m -> m != '', ${members}), ','), '}')`;
}
