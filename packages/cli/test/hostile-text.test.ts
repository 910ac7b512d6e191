import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runHere } from './run-here.js';

/** An escape sequence, a carriage return, an 8-bit control, a bidirectional override, a line separator. */
const HOSTILE = '\u001B[31mred\u001B]8;;x\u0007 \r \u009B2J \u202Eevil\u2028::error::x';
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('text from elsewhere', function () {
  this.timeout(60_000);
  let directory: string;
  let mapping: string;
  let hostileFile: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-hostile-'));
    mapping = join(directory, 'mapping.yaml');
    const text = JSON.stringify(HOSTILE).replaceAll('\u009B', String.raw`\u009b`);
    const event = `{ from: trace, doc: ${text}, uuid: "uuid5(id)", distinct_id: id, timestamp: timestamp, properties: { ${text}: name } }`;
    writeFileSync(
      mapping,
      `sluice: 1\nmapping: hostile\nsource: langfuse-postgres\nsink: jsonl\nevents:\n  ${text}: ${event}\n` +
        `tests:\n  - name: ${text}\n    record: { trace: { id: a } }\n    expect: []\n`,
    );
    hostileFile = join(directory, 'a\u001B[31m\u202E\n::error::b.yaml');
    writeFileSync(hostileFile, `pipeline: ${text}\n${text}: 1\n`);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const commands: readonly (readonly [string, () => readonly string[]])[] = [
    ['an option that does not exist', () => ['run', `--${HOSTILE}`]],
    ['a command that does not exist', () => [HOSTILE]],
    ['a value that is not a choice', () => ['dead-letters', HOSTILE, 'a.yaml']],
    ['a code that does not exist', () => ['explain', HOSTILE]],
    ['a file that does not exist', () => ['run', HOSTILE]],
    ['the name and the content of a file', () => ['lint', hostileFile]],
    ['annotations for GitHub', () => ['lint', hostileFile, '--format', 'github']],
    ['problems as JSON', () => ['lint', hostileFile, '--json']],
    ['the texts of a mapping', () => ['docs', mapping]],
    ['the texts of a mapping as JSON', () => ['docs', mapping, '--json']],
    ['the names of tests', () => ['test', mapping]],
    ['two mappings', () => ['diff', mapping, hostileFile]],
    ['a place', () => ['schema', '--source', HOSTILE]],
  ];
  for (const [what, args] of commands) {
    it(`is shown, not obeyed, in ${what}`, async () => {
      const { text } = await runHere(...args());
      expect(text).to.match(/\S/u);
      expect(text.replaceAll('\n', '')).to.not.match(FORBIDDEN);
      if (!args().includes('github')) expect(text).to.not.match(/^\s*::.*::/mu);
      else expect(text).to.match(/^::error /mu);
    });
  }
});
