import type { WriteValue } from '@sluice/core/text';

const QUOTE = 0x22;

/** A text with quotes around it. */
export function quoted(write: WriteValue): WriteValue {
  return (page, record, output) => {
    const { length } = output;
    if (!output.hasRoom(2)) return false;
    output.bytes[length] = QUOTE;
    output.length = length + 1;
    if (!write(page, record, output) || !output.hasRoom(1)) {
      output.length = length;
      return false;
    }
    output.bytes[output.length] = QUOTE;
    output.length += 1;
    return true;
  };
}

/** Texts one behind another; null if one of them is. */
export function together(parts: readonly WriteValue[]): WriteValue {
  return (page, record, output) => {
    const { length } = output;
    for (const write of parts) {
      if (write(page, record, output)) continue;
      output.length = length;
      return false;
    }
    return true;
  };
}
