import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { AnswerError, textAnswer } from './simulator-answer.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
/** serde_json's limit. */
const MAX_DEPTH = 127;
/** `JSON.stringify` escapes only lone surrogates; a text that spells one out has two backslashes. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/;

/** v0 trusts the magic bytes rather than the header. */
export function decompressedV0(wire: Buffer): Buffer {
  if (!wire.subarray(0, 3).equals(GZIP_MAGIC)) return wire;
  return orRefused(() => gunzipSync(wire), 'failed to decode request: invalid gzip');
}

/** v1 trusts the header. Undefined for an encoding that it does not accept. */
export function decompressedV1(wire: Buffer, encoding: string | undefined): Buffer | undefined {
  switch (encoding) {
    case undefined:
    case 'identity':
      return wire;
    case 'gzip':
      return orRefused(() => gunzipSync(wire), 'request_decoding_error');
    case 'deflate':
      return orRefused(() => inflateSync(wire), 'request_decoding_error');
    case 'br':
      return orRefused(() => brotliDecompressSync(wire), 'request_decoding_error');
    default:
      return undefined;
  }
}

/** As strict as serde_json: valid UTF-8, no lone surrogates, bounded depth. */
export function parsedJson(bytes: Buffer): unknown {
  const text = orRefused(
    () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    'failed to decode request: invalid UTF-8',
  );
  const value: unknown = orRefused(() => JSON.parse(text), 'failed to parse request: invalid JSON');
  if (depthOf(text) > MAX_DEPTH) throw new AnswerError(textAnswer(400, 'failed to parse request: recursion limit'));
  if (LONE_SURROGATE.test(JSON.stringify(value))) {
    throw new AnswerError(textAnswer(400, 'failed to parse request: lone leading surrogate in hex escape'));
  }
  return value;
}

/** Character by character: a regular expression for a text in quotes can exhaust the stack at some megabytes. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const mark = json[index];
    if (isText && mark === '\\') index += 1;
    else if (mark === '"') isText = !isText;
    else if (isText) continue;
    else if (mark === '[' || mark === '{') deepest = Math.max(deepest, (depth += 1));
    else if (mark === ']' || mark === '}') depth -= 1;
  }
  return deepest;
}

function orRefused<T>(action: () => T, message: string): T {
  try {
    return action();
  } catch {
    throw new AnswerError(textAnswer(400, message));
  }
}
