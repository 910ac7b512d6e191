/** The parts of an answer that its meaning depends on. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A header's value; undefined if it is absent or stands there several times. */
export function headerOf({ headers }: S3Answer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * The text of an element of an error document, which has each element once: `<Code>NoSuchBucket</Code>`. No parser of XML
 * reads it, so that nothing in it can be expanded or fetched. Texts that are not letters of a name are cut at 200 units.
 */
export function elementOf({ body }: S3Answer, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]{1,2000})</${name}>`, 'u').exec(body)?.[1];
  return text
    ?.replace(/&(lt|gt|amp|quot|apos);/gu, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};
