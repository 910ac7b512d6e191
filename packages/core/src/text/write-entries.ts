import type { EventTextMap } from '../contracts/event-text.js';
import { FixedBytes } from '../contracts/fixed-bytes.js';
import type { PageText } from '../contracts/page-text.js';
import type { TextOutput } from '../contracts/text-output.js';

const NULL = new FixedBytes('null');

/** Names that every object has in the order of the list: JavaScript puts names like `7` first and hides `__proto__`. */
export function keepsOrder(names: readonly string[]): boolean {
  return new Set(names).size === names.length && names.every((name) => !/^\d+$|^__proto__$/.test(name));
}

/** Appends named values, each as `,"name":value`. The caller turns the first comma into a brace. */
export function writeEntries(
  names: EventTextMap['names'],
): (page: PageText, record: number, output: TextOutput) => void {
  const entries = names.map(({ name, omitNull, write }) => {
    return { start: new FixedBytes(`,${JSON.stringify(name)}:`), omitNull, write };
  });
  return (page, record, output) => {
    for (const { start, omitNull, write } of entries) {
      const before = output.length;
      output.append(start);
      if (write(page, record, output)) continue;
      if (output.isDeclined) return;
      if (omitNull) output.length = before;
      else output.append(NULL);
    }
  };
}
