import type { SchemaEdit } from '@sluice/core/source';
import { isMap, parseDocument } from 'yaml';

/** The text of a schema file with edits below `streams`. Comments, order and everything else that people wrote stay. */
export function applyEdits(text: string, edits: readonly SchemaEdit[]): string {
  if (edits.length === 0) return text;
  const document = parseDocument(text);
  for (const { path, value } of edits) {
    const at = ['streams', ...path];
    const parent = at.slice(0, -1);
    if (!isMap(document.getIn(parent))) document.setIn(parent, document.createNode({}));
    const map = document.getIn(parent);
    // A field is one line, as in the shipped files.
    if (isMap(map) && path.length === 4 && map.items.length === 0) map.flow = true;
    const node = document.createNode(value, { flow: true });
    document.setIn(at, node);
  }
  const updated = document.toString({ lineWidth: 0, singleQuote: true });
  // The padding of the library is that of maps.
  return updated.replaceAll(/^(\s*[\w-]+: )\[ (.*) \]$/gm, '$1[$2]');
}
