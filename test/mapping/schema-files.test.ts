import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSluice } from '@sluice/sluice';
import { expect } from 'chai';

const GOOD = `sluice: 1
source: postgres
streams:
  s:
    table: t
    key: [id]
    created: at
    fields:
      id: { type: text }
      at: { type: timestamp, nullable: false }
      n: { type: number, unit: usd }
`;

/** A part of the file, what replaces it, and what is said about it. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['key: [id]', 'key: [ide]', '6:11 `streams.s.key.0`: unknown field `ide`; did you mean `id`?'],
  [
    '    key: [id]\n',
    '',
    '5:5 `streams.s`: the stream has no key; write it, or complete the file with `sluice schema pull`',
  ],
  ['created: at', 'created: n', '7:14 `streams.s.created`: the field `n` is number; name one of the type timestamp'],
  ['nullable: false', 'nullable: true', '7:14 … add `coalesce: …` with another time, or `nullable: false`'],
  ['id: { type: text }', 'id: { type: text, nullable: true }', 'cannot be part of a key'],
  ['type: number, ', '', 'the field has no type; write it, or complete the file with `sluice schema pull`'],
  ['type: number, unit: usd', 'type: text, unit: usd', 'only a number has a unit, not text'],
  ['type: number, unit: usd', 'type: number, coalesce: id', 'name another field of the same type'],
  ['table: t', 'table: t\n    query: SELECT 1', 'either `table` or `query`'],
  ['table: t', 'query: DELETE FROM t', 'only a SELECT can be read'],
  ['n: {', 'event: {', 'a field has a name of letters'],
  ['type: number', 'type: money', 'expected text or number or boolean'],
  ['n: {', 'n: { colunm: x,', 'unknown option `streams.s.fields.n.colunm`'],
  ['source: postgres', 'source: langfuse-postgres', 'the source `langfuse-postgres` does not take schema files'],
  ['sluice: 1', 'sluice: 2', '`sluice`'],
];

describe('a schema file', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-schema-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const sluice = createSluice({ environment: {} });

  async function problemsOf(text: string): Promise<readonly string[]> {
    const file = join(folder, 'a.schema.yaml');
    writeFileSync(file, text);
    const problems = await sluice.lint(file);
    return problems.map(({ line, column, message, help }) => `${line}:${column} ${message}; ${help}`);
  }

  it('has no problem as it is shown', async () => {
    expect(await problemsOf(GOOD)).to.deep.equal([]);
  });

  for (const [part, wrong, expected] of MISTAKES) {
    it(`is refused with ${wrong.trim() || 'nothing'} instead of ${part.trim()}`, async () => {
      const problems = await problemsOf(GOOD.replace(part, wrong));
      for (const piece of expected.split('…')) expect(problems.join('\n')).to.contain(piece.trim());
      expect(problems).to.have.lengthOf(1);
    });
  }

  it('is named where a mapping or a pipeline cannot use it', async () => {
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    write('broken.schema.yaml', GOOD.replace('key: [id]', 'key: [ide]'));
    const mapping = write(
      'm.yaml',
      'sluice: 1\nmapping: m\nsource: broken.schema.yaml\nsink: jsonl\nevents: [{ event: e, from: s, uuid: id }]\n',
    );
    const missing = write(
      'n.yaml',
      'sluice: 1\nmapping: m\nsource: nowhere.yaml\nsink: jsonl\nevents: [{ event: e, from: s, uuid: id }]\n',
    );
    const bare = write(
      'b.yaml',
      'sluice: 1\nmapping: m\nsource: postgres\nsink: jsonl\nevents: [{ event: e, from: s, uuid: id }]\n',
    );
    const [inFile] = await sluice.lint(mapping);
    expect(inFile?.file).to.equal(join(folder, 'broken.schema.yaml'));
    expect(await sluice.lint(missing)).to.have.nested.property('[0].code', 'file-unreadable');
    expect(await sluice.lint(bare)).to.have.nested.property('[0].code', 'unknown-source');
  });
});
