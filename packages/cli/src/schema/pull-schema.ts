import { relative } from 'node:path';
import type { Sluice } from '@sluice/sluice';
import type { SchemaEdit } from '@sluice/core/source';
import { rewriteFile } from '../output/rewrite-file.js';
import { counted } from '../output/words.js';
import { applyEdits } from './apply-edits.js';

/** Completes the schema file of a pipeline from its source, and says what changed. */
export async function pullSchema(
  pipeline: string,
  options: { readonly envFile: string | undefined; readonly signal: AbortSignal },
  sluice: Sluice,
): Promise<string> {
  const { file, edits, notes } = await sluice.pullSchema(pipeline, options);
  rewriteFile(file, (text) => applyEdits(text, edits));
  const changes = edits.map(({ path, value }) => `  ${path.join('.')}: ${valueText(value)}`);
  const name = relative(process.cwd(), file);
  const summary =
    edits.length === 0 ? `${name}: nothing to change` : `${name}: ${counted(edits.length, 'value')} written`;
  return [summary, ...changes, ...notes.map((note) => `note: ${note}`), ''].join('\n');
}

function valueText(value: SchemaEdit['value']): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : value.join(', ');
}
