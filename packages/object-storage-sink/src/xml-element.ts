const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};

/**
 * Pure: the text of an element in an error document of S3, which has each element once: `<Code>NoSuchBucket</Code>`. No
 * parser of XML reads it, so that nothing in it can be expanded or fetched.
 */
export function xmlElement(document: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]{1,2000})</${name}>`, 'u').exec(document)?.[1];
  return text?.replace(/&(?:lt|gt|amp|quot|apos);/gu, (entity) => ENTITIES[entity] ?? entity).trim();
}
