import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { langfuseStreams } from '#src/streams.js';

const DOCUMENT = new URL('../../../docs/langfuse-postgres-source.md', import.meta.url);

/** The fields of the documentation, by the stream whose title precedes them. */
function documented(): Readonly<Record<string, readonly string[]>> {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [, ...parts] = text.slice(text.indexOf('## Fields'), text.indexOf('## Differences')).split('\n### ');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', ...lines] = part.split('\n');
      const rows = lines
        .filter((line) => line.startsWith('| `'))
        .map((line) => line.split('|').map((cell) => cell.trim()));
      return [
        name,
        rows.map(([, field, origin = '']) => (origin.startsWith('none') ? `${field} ${origin}` : `${field}`)),
      ];
    }),
  );
}

describe('docs/langfuse-postgres-source.md', () => {
  it('tells where every field is, and why one is not', () => {
    const expected = langfuseStreams.map(({ name, fields }) => [
      name,
      Object.entries(fields).map(
        ([field, { absent }]) => `\`${field}\`${absent === undefined ? '' : ` none: ${absent}`}`,
      ),
    ]);
    expect(documented()).to.deep.equal(Object.fromEntries(expected));
  });
});
