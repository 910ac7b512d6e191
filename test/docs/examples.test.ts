import { expect } from 'chai';
import { mkdirSync, mkdtempSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** What the examples take from the environment. */
const ENVIRONMENT = {
  LANGFUSE_DATABASE_URL: 'postgres://reader:secret@db.example.com:5432/langfuse',
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_example',
};

function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)\\n *\`\`\``, 'gmu'))].map(
    (match) => match[1] ?? '',
  );
}

function sluice(args: readonly string[], cwd: string) {
  const { PATH } = process.env;
  return spawnSync(process.execPath, [join(ROOT, 'packages/cli/bin/sluice.js'), ...args], {
    cwd,
    env: { PATH, ...ENVIRONMENT },
    encoding: 'utf8',
  });
}

describe('the examples in the documentation', function () {
  this.timeout(60_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
    cpSync(join(ROOT, 'configs'), join(directory, 'configs'), { recursive: true });
    mkdirSync(join(directory, 'examples'));
    cpSync(join(ROOT, 'configs', 'mappings'), join(directory, 'examples', 'mappings'), { recursive: true });
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  // The guides' own pipelines run beside their packages, in their own test.
  const pipelines = PAGES.filter((page) => !/\bwrite-a-/u.test(page)).flatMap((page) =>
    blocks(page, 'yaml')
      .filter((text) => text.startsWith('sluice: 1'))
      .map((text) => ({ page, text })),
  );

  it('include pipeline files', () => {
    expect(pipelines).to.have.length.greaterThan(0);
  });

  for (const [index, { page, text }] of pipelines.entries()) {
    it(`lint without a message: pipeline ${index + 1}, in ${page}`, () => {
      const path = join(directory, 'examples', `pipeline-${index}.yaml`);
      writeFileSync(path, text);
      const { status, stdout } = sluice(['lint', '--json', path], directory);
      expect(JSON.parse(stdout)).to.deep.equal([]);
      expect(status).to.equal(0);
    });
  }

  it('name only commands and options that exist', () => {
    const commands = PAGES.flatMap((page) =>
      blocks(page, 'sh').flatMap((text) =>
        text.split('\n').map((line) => /npx sluice (\w+)(.*?)(?: #.*)?$/u.exec(line)),
      ),
    ).filter((match) => match !== null);
    expect(commands).to.have.length.greaterThan(5);
    for (const [, command = '', rest = ''] of commands) {
      const { status, stdout } = sluice([command, '--help'], directory);
      expect(status, command).to.equal(0);
      for (const [option] of rest.matchAll(/--[a-z-]+/gu)) expect(stdout, `sluice ${command}`).to.contain(option);
    }
  });
});
