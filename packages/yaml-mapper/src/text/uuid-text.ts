import { FixedBytes, type PageText, type TextOutput, type WriteValue } from '@sluice/core/text';
import { isUuid, UUID_CHARACTERS, uuidBytes, writeUuid5 } from '../functions/uuid5.js';
import { Scratch } from './scratch.js';

/** The 36 characters of `uuid5` of a fixed namespace. `writeName` writes the name as it is. */
export function uuid5Of(namespace: string, writeName: WriteValue): WriteValue {
  const scratch = new Scratch();
  const start = new FixedBytes(uuidBytes(namespace));
  const writeBoth: WriteValue = (page, record, output) => {
    output.append(start);
    return writeName(page, record, output);
  };
  return (page, record, output) => {
    if (!scratch.write(writeBoth, page, record, output) || !output.hasRoom(UUID_CHARACTERS)) return false;
    writeUuid5(scratch.output.bytes, scratch.output.length, output.bytes, output.length);
    output.length += UUID_CHARACTERS;
    return true;
  };
}

/** The 36 characters of a text that should be a uuid, in lower case. Declines any other text. */
export function uuidOf(writeText: WriteValue): WriteValue {
  const scratch = new Scratch();
  return (page, record, output) => {
    if (!scratch.write(writeText, page, record, output)) return false;
    const text = scratch.output.bytes.toString('latin1', 0, scratch.output.length);
    if (!isUuid(text)) return output.decline();
    output.write(text.toLowerCase());
    return true;
  };
}

/** Computes a uuid once for a record, although several parts of the event contain it. */
export function onceForRecord(writeUuid: WriteValue): WriteValue {
  const scratch = new Scratch();
  const uuid = new FixedBytes(new Uint8Array(UUID_CHARACTERS));
  let lastPage: PageText | undefined;
  let lastRecord = 0;
  return (page, record, output: TextOutput) => {
    if (page !== lastPage || record !== lastRecord) {
      lastPage = undefined;
      if (!scratch.write(writeUuid, page, record, output)) return false;
      uuid.set(scratch.output.bytes);
      lastPage = page;
      lastRecord = record;
    }
    output.append(uuid);
    return true;
  };
}
