import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';

/** The streams of the source that a pipeline file uses. Reads no variable and opens no connection; none on any failure. */
export async function streamsOf(file: string): Promise<readonly string[]> {
  try {
    const source = parseDocument(readFileSync(file, 'utf8')).get('source');
    const use = isMap(source) ? source.get('use', true) : undefined;
    if (!isScalar(use) || typeof use.value !== 'string') return [];
    const { createSluice } = await import('@sluice/sluice');
    const { source: used } = await createSluice().adapters.named({ source: use.value }, dirname(file));
    return used?.streams.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}
