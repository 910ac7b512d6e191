import type { EventText, PageText, TextOutput } from '@sluice/core/text';

/** The event of a record as JSON, put together from its texts; undefined if the record goes by the object path. */
export function eventJson(
  { event, includes, fields }: EventText,
  page: PageText,
  record: number,
  output: TextOutput,
): string | undefined {
  if (!includes(page, record)) return undefined;
  output.begin();
  output.write(`{"event":${JSON.stringify(event)}`);
  for (const field of fields) {
    const before = output.length;
    output.write(`,${JSON.stringify(field.name)}:`);
    if (field.kind === 'value') {
      if (!field.write(page, record, output)) output.length = before;
      continue;
    }
    let count = 0;
    for (const { name, omitNull, write } of field.names) {
      const start = output.length;
      output.write(`${count === 0 ? '{' : ','}${JSON.stringify(name)}:`);
      if (write(page, record, output)) count += 1;
      else if (omitNull) output.length = start;
      else {
        output.write('null');
        count += 1;
      }
    }
    if (count > 0) output.write('}');
    else if (field.nulls === 'kept') output.write('{}');
    else output.length = before;
  }
  output.write('}');
  const json = output.bytes.toString('utf8', output.start, output.length);
  if (!output.isDeclined) return json;
  output.discard();
  return undefined;
}
