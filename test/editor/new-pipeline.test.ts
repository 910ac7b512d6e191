import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import { sluice } from '../docs/sluice-command.js';

describe('a folder of sluice init', function () {
  this.timeout(60_000);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-new-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const read = (path: string) => readFileSync(join(directory, path), 'utf8');
  const init = (...args: readonly string[]) => sluice(['init', '--yes', '--no-check', ...args], { cwd: directory });

  for (const [source, sink, name] of [
    ['langfuse-postgres', 'posthog', 'langfuse-to-posthog'],
    ['langfuse-clickhouse', 'posthog', 'langfuse-v3-to-posthog'],
    ['langfuse-postgres', 'jsonl', 'langfuse-postgres-to-jsonl'],
    ['langfuse-clickhouse', 'jsonl', 'langfuse-clickhouse-to-jsonl'],
  ] as const) {
    it(`has files for ${source} and ${sink} that name their schema and are valid by it`, () => {
      expect(init('--source', source, '--sink', sink)).to.include({ status: 0 });
      for (const file of [`${name}.yaml`, `mappings/${name}.yaml`]) {
        const [, path = ''] = /^# yaml-language-server: \$schema=(.+)\n/u.exec(read(file)) ?? [];
        const schema = resolve(directory, dirname(file), path);
        expect(existsSync(schema), `${file}: ${path}`).to.equal(true);
        const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
        const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
        expect(validate(parse(read(file))), JSON.stringify(validate.errors)).to.equal(true);
        expect(validate({ ...(parse(read(file)) as object), misspelt: 1 })).to.equal(false);
      }
    });
  }

  it('has a pipeline each for both kinds of events, which lint clean side by side', () => {
    const { status, stdout } = init('--events', 'both', '--name', 'export');
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /^Written: export\.yaml, mappings\/export\.yaml, export-ai\.yaml, mappings\/export-ai\.yaml, \.env/,
    );
    expect(stdout).to.contain('sluice run export.yaml').and.to.contain('sluice run export-ai.yaml');
    expect(read('export.yaml')).to.match(/^revisit: 24h/m);
    expect(read('export-ai.yaml')).to.match(/^revisit: 0s/m);
    const environment = {
      LANGFUSE_DATABASE_URL: 'postgres://r@h/d',
      LANGFUSE_URL: 'https://l.example.com',
      POSTHOG_API_KEY: 'phc_key',
    };
    const lint = sluice(['lint', 'export.yaml', 'export-ai.yaml', '--json'], { cwd: directory, environment });
    expect(lint).to.include({ status: 0, stdout: '[]\n' });
    writeFileSync(join(directory, 'export-ai.yaml'), read('export-ai.yaml').replace('revisit: 0s', 'revisit: 24h'));
    const { stdout: problems } = sluice(['lint', 'export-ai.yaml'], { cwd: directory, environment });
    expect(problems)
      .to.contain(
        '[changes-count-twice] changed records count twice: posthog adds an event `$ai_trace`, `$ai_generation`, ',
      )
      .and.to.contain('it counts again on its pages of traces and sessions')
      .and.to.contain('set `revisit: 0s`');
  });

  it('does not write the first pipeline where the second would be overwritten', () => {
    writeFileSync(join(directory, 'export-ai.yaml'), '# mine\n');
    const refused = init('--events', 'both', '--name', 'export');
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.contain('export-ai.yaml would be overwritten');
    expect(existsSync(join(directory, 'export.yaml'))).to.equal(false);
  });

  it('takes a second pipeline, and keeps everything of the first', () => {
    expect(init('--set', 'sink.apiKey=${FIRST_KEY}')).to.include({ status: 0 });
    const files = () => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => /\./.test(path));
    const before = new Map(
      files()
        .filter((path) => /\.(?:yaml|json)$/.test(path))
        .map((path) => [path, read(path)]),
    );
    const second = init('--name', 'second', '--set', 'sink.apiKey=${SECOND_KEY}');
    expect(second.status, second.stderr).to.equal(0);
    expect(second.stdout).to.match(/^Written: second\.yaml, mappings\/second\.yaml\nChanged: \.env\.example\n/);
    for (const [path, text] of before) expect(read(path)).to.equal(text);
    const variables = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, variable]) => variable);
    expect(variables).to.deep.equal([
      'LANGFUSE_DATABASE_URL',
      'POSTHOG_HOST',
      'FIRST_KEY',
      'LANGFUSE_URL',
      'SECOND_KEY',
    ]);
    const environment = {
      LANGFUSE_DATABASE_URL: 'postgres://r@h/d',
      LANGFUSE_URL: 'https://l.example.com',
      FIRST_KEY: 'phc_first',
      SECOND_KEY: 'phc_second',
    };
    const lint = sluice(['lint', 'langfuse-to-posthog.yaml', 'second.yaml', '--json'], { cwd: directory, environment });
    expect(lint).to.include({ status: 0, stdout: '[]\n' });
  });

  it('adds what is missing to files that are there', () => {
    writeFileSync(join(directory, '.gitignore'), 'dist\n/node_modules');
    writeFileSync(join(directory, '.env.example'), 'export POSTHOG_HOST=https://ph.example.com');
    expect(init()).to.include({ status: 0 });
    expect(read('.gitignore')).to.equal('dist\n/node_modules\n.env\n.sluice/\n');
    expect(read('.env.example'))
      .to.match(/^export POSTHOG_HOST=https:\/\/ph\.example\.com\n\n# Address of/)
      .and.not.contain('\nPOSTHOG_HOST');
    const [example, ignored] = [read('.env.example'), read('.gitignore')];
    expect(init('--force')).to.include({ status: 0 });
    expect([read('.env.example'), read('.gitignore')]).to.deep.equal([example, ignored]);
  });

  it('says that it cannot add to what is no file', () => {
    mkdirSync(join(directory, '.gitignore'));
    const { status, stderr } = init();
    expect(status).to.equal(2);
    expect(stderr).to.match(/^sluice: cannot add to \S+\.gitignore: EISDIR/u);
  });

  it('adds to a file in UTF-16, and to none that is no text', () => {
    writeFileSync(join(directory, '.gitignore'), Buffer.from('\uFEFFdist\r\n', 'utf16le'));
    expect(init()).to.include({ status: 0 });
    expect(read('.gitignore')).to.equal('dist\r\n.env\n.sluice/\nnode_modules/\n');
    writeFileSync(join(directory, '.gitignore'), Buffer.from('caf\u00e9', 'latin1'));
    const { status, stderr } = init('--force');
    expect(status).to.equal(2);
    expect(stderr).to.match(/cannot add to \S+\.gitignore: it is not UTF-8: .* at line 1, column 4: save it as UTF-8/u);
  });

  it('reads the variables of a .env that is there, which no command overwrites', () => {
    writeFileSync(join(directory, '.env'), 'LANGFUSE_DATABASE_URL=postgres://r@h/d\nPOSTHOG_API_KEY=phc_x\n');
    const { stdout } = init();
    expect(stdout).to.contain('.env # fill in LANGFUSE_URL\n').and.not.contain('install -m');
  });

  it('names the files that --force would write over, and writes over them alone', () => {
    init();
    const mapping = 'mappings/langfuse-to-posthog.yaml';
    writeFileSync(join(directory, mapping), '# mine\n');
    rmSync(join(directory, 'langfuse-to-posthog.yaml'));
    const refused = init();
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.contain(`${mapping} would be overwritten`).and.to.contain('--force');
    expect(refused.stderr).not.to.contain('.env.example');
    expect([read(mapping), existsSync(join(directory, 'langfuse-to-posthog.yaml'))]).to.deep.equal(['# mine\n', false]);
    const forced = init('--force');
    expect(forced.stdout).to.match(
      /^Written: langfuse-to-posthog\.yaml\nChanged: mappings\/langfuse-to-posthog\.yaml\n/,
    );
  });
});
