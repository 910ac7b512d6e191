import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { langfuseStreams } from '#src/streams.js';

const DOCUMENT = new URL('../../../docs/langfuse-postgres-source.md', import.meta.url);

/** The rows that the field tables of the documentation must have, in order. */
function expectedRows(): readonly string[][] {
  return langfuseStreams.flatMap((stream) =>
    Object.entries(stream.fields).map(([name, { type, unit, nullable, doc }]) => [
      `\`${name}\``,
      type,
      unit ?? '',
      nullable ? 'yes' : 'no',
      doc,
    ]),
  );
}

describe('docs/langfuse-postgres-source.md', () => {
  it('tells of every field its type, unit, nullability and meaning', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const rows = text
      .slice(text.indexOf('## Fields'), text.indexOf('## Differences'))
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, 6)
          .map((cell) => cell.trim()),
      );
    expect(rows).to.deep.equal(expectedRows());
  });
});
