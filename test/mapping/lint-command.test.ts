import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Problem } from '@sluice/core/config';
import { expect } from 'chai';
import { ROOT, sluice } from '../docs/sluice-command.js';

const BASE = join(ROOT, 'configs/mappings/langfuse-posthog.yaml');
const overlay = (value: string): string =>
  `sluice: 1\nextends: ${BASE}\nevents:\n  - event: langfuse trace\n    properties:\n      x: ${value}\n`;

describe('sluice lint', function () {
  this.timeout(60_000);
  let cwd: string;
  const lint = (name: string, text: string, ...options: readonly string[]) => {
    const file = join(cwd, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return sluice(['lint', name, ...options], { cwd });
  };
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it('prints JSON whose items all have the same keys', () => {
    const { status, stdout } = lint('a.yaml', overlay('nmae'), '--format', 'json');
    expect(status).to.equal(2);
    expect(JSON.parse(stdout)).to.deep.equal([
      {
        file: join(cwd, 'a.yaml'),
        line: 6,
        column: 10,
        endLine: 6,
        endColumn: 14,
        code: 'unknown-field',
        severity: 'error',
        message: 'the stream `trace` has no field `nmae`',
        help: 'did you mean `name`?',
      },
    ]);
  });

  it('exits with 0 if there are only warnings, and prints an empty list if there are none', () => {
    const warned = lint('b.yaml', overlay("id ?? 'none'"), '--json');
    expect([warned.status, JSON.parse(warned.stdout).length]).to.deep.equal([0, 1]);
    const clean = lint('c.yaml', overlay('name'), '--json');
    expect([clean.status, JSON.parse(clean.stdout)]).to.deep.equal([0, []]);
  });

  it('reports a missing file', () => {
    const { status, stdout } = sluice(['lint', 'gone.yaml', '--json'], { cwd });
    expect(status).to.equal(2);
    expect((JSON.parse(stdout) as Problem[])[0]).to.include({ code: 'file-unreadable', line: 1 });
  });

  it('prints annotations for a pull request and escapes GitHub’s syntax', () => {
    const { status, stdout } = lint('d,e/100%.yaml', overlay("public ? 1 : 2 # 'a'"), '--format', 'github');
    expect(status).to.equal(2);
    expect(stdout).to.equal(
      '::error file=d%2Ce/100%25.yaml,line=6,endLine=6,col=21,endColumn=22,title=yaml-syntax' +
        '::YAML reads this `:` as the end of a key%0Aquote the whole value: "public ? 1 : 2"\n',
    );
  });

  it('extends a file of an installed package', () => {
    const folder = join(cwd, 'node_modules/@acme/mappings');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'team.yaml'), overlay('name'));
    const extending =
      'sluice: 1\nextends: "@acme/mappings/team.yaml"\nevents: [{ event: langfuse trace, remove: [properties.x] }]\n';
    expect(lint('f.yaml', extending, '--json').stdout).to.equal('[]\n');
    const broken = lint('g.yaml', extending.replace('/team', '/tame'), '--json');
    expect((JSON.parse(broken.stdout) as Problem[])[0]).to.include({ code: 'file-unreadable', line: 2, column: 10 });
  });
});
