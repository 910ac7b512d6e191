import type { TextOutput } from '@sluice/core/text';
import { encode } from '../compile/runtime-values.js';

/** How a text is written. */
export interface TextForm {
  /** Whether a value that is plain, as `PageText.isPlain` says, is copied as it is. */
  readonly keepsPlain: boolean;
  /** Appends text of a page, which has COPY's escapes. */
  readonly copy: (from: Uint8Array, start: number, end: number, output: TextOutput) => void;
  /** The same for a text. */
  readonly of: (text: string) => string;
}

const BACKSLASH = 0x5c;

/** What a byte becomes, if it is written at all differently; for a byte behind a backslash, the second list tells. */
type Changes = readonly (Uint8Array | undefined)[];

const UNESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const jsonOf = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Between the quotes of a JSON string. */
export const JSON_FORM: TextForm = aForm(jsonOf);

/** As it is. A lone surrogate, which has no UTF-8, becomes the replacement character. */
export const PLAIN_FORM: TextForm = aForm((text) => text);

/** Percent-encoded. Its characters need no escape in JSON. */
export const URL_FORM: TextForm = aForm(encode, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** Bytes above ASCII stay as they are, unless `ofHighByte` tells what becomes of them. */
function aForm(of: (text: string) => string, ofHighByte?: (byte: number) => string): TextForm {
  const changes = Array.from({ length: 256 }, (_, byte): Uint8Array | undefined => {
    if (byte === BACKSLASH) return Buffer.alloc(0);
    if (byte >= 0x80) return ofHighByte === undefined ? undefined : Buffer.from(ofHighByte(byte));
    const character = String.fromCharCode(byte);
    const written = of(character);
    return written === character ? undefined : Buffer.from(written);
  });
  const escapes = Array.from({ length: 256 }, (_, byte): Uint8Array | undefined => {
    const character = UNESCAPED[String.fromCharCode(byte)];
    return character === undefined ? undefined : Buffer.from(of(character));
  });
  return { keepsPlain: ofHighByte === undefined, copy: copier(changes, escapes), of };
}

function copier(changes: Changes, escapes: Changes): TextForm['copy'] {
  const changed = Uint8Array.from(changes, (change) => (change === undefined ? 0 : 1));
  return (from, start, end, output) => {
    if (!output.hasRoom(end - start)) return;
    const { bytes } = output;
    let at = output.length;
    for (let index = start; index < end; index += 1) {
      const byte = from[index] ?? 0;
      if (changed[byte] === 0) {
        bytes[at++] = byte;
        continue;
      }
      if (byte === BACKSLASH) index += 1;
      const change = byte === BACKSLASH ? escapes[from[index] ?? 0] : changes[byte];
      // The rest needs its room, too.
      output.length = at;
      if (change === undefined || index >= end || !output.hasRoom(change.length + end - index)) {
        output.decline();
        return;
      }
      for (let next = 0; next < change.length; next += 1) bytes[at++] = change[next] ?? 0;
    }
    output.length = at;
  };
}
